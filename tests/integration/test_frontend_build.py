"""The page is built when its sources change and only then, from the locked packages, and travels in the wheel."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from chat_app.cli.frontend import build_site, digest_sources
from chat_app.domain.errors import ConfigError
from chat_app.project import find_checkout
from tests.servers import start_app

CHECKOUT = find_checkout()
assert CHECKOUT is not None, "the tests run from a checkout"
LOCK = CHECKOUT / "reflex.lock"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small tree of the shape of a checkout."""
    for name in ("rxconfig.py", "chat_app/chat_app.py", "chat_app/ui/page.py", "assets/icon.svg", "reflex.lock/x.json"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("one", encoding="utf-8")
    (tmp_path / "chat_app" / "db").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["rxconfig.py", "chat_app/chat_app.py", "chat_app/ui/page.py", "assets/icon.svg", "reflex.lock/x.json"],
)
def test_a_change_of_any_source_asks_for_a_build(sources: Path, name: str) -> None:
    before = digest_sources(sources)
    (sources / name).write_text("two", encoding="utf-8")
    assert digest_sources(sources) != before


def test_a_new_or_moved_source_asks_for_a_build(sources: Path) -> None:
    before = digest_sources(sources)
    (sources / "chat_app/ui/page.py").rename(sources / "chat_app/ui/other.py")
    moved = digest_sources(sources)
    (sources / "chat_app/ui/more.py").touch()
    assert len({before, moved, digest_sources(sources)}) == 3


def test_what_the_page_is_not_made_of_asks_for_none(sources: Path) -> None:
    before = digest_sources(sources)
    (sources / "chat_app/db/tables.py").touch()
    (sources / "chat_app/ui/__pycache__").mkdir()
    (sources / "chat_app/ui/__pycache__/page.pyc").touch()
    (sources / "chat_app/ui/page.py").touch()
    assert digest_sources(sources) == before


def test_a_build_that_fails_says_where_to_look_and_serves_nothing(sources: Path) -> None:
    with pytest.raises(ConfigError, match="says why"):
        build_site(sources, report=lambda _line: None)
    assert not list((sources / "build" / "frontend").glob("site-*"))


def test_the_lock_names_every_package_and_no_registry() -> None:
    lock = json.loads((LOCK / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name and not package.get("link")}
    assert packages
    assert all(package["version"] for package in packages.values())
    assert all("resolved" not in package for package in packages.values())
    assert all(package.get("integrity") or package.get("inBundle") for package in packages.values())


def test_the_build_installs_what_is_locked_and_nothing_else() -> None:
    assert CHECKOUT is not None
    build_site(CHECKOUT, report=print)
    staged = CHECKOUT / "build" / "frontend" / "work" / "reflex.lock"
    assert _read_versions(staged) == _read_versions(LOCK)


def _read_versions(lock: Path) -> dict[str, tuple[str, str | None]]:
    """Return version and digest of each locked package by its place."""
    packages = json.loads((lock / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {name: (package["version"], package.get("integrity")) for name, package in packages.items() if name}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as its wheel has it, and nothing of the checkout."""
    assert CHECKOUT is not None
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (wheel,) = folder.glob("chat_sessions-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "lib"), str(wheel)], check=True)
    return folder / "lib"


def test_the_wheel_runs_in_an_empty_folder_without_node(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    environment = {"PYTHONPATH": str(installed), "PATH": str(folder)}
    with start_app(tmp_path / "data", env=environment, cwd=folder) as app:
        assert "Building" not in app.read_log()
        assert httpx.get(f"{app.url}/chat/coder?session=x").status_code == 200
        assert httpx.get(f"{app.url}/v1/chat").status_code == 200
        assert app.stop() == 0
    assert not list(folder.iterdir())


def test_the_wheel_carries_the_page_and_the_migrations(installed: Path) -> None:
    project = installed / "chat_app" / "_project"
    assert (project / "site" / "build" / "client" / "index.html").is_file()
    assert (project / "alembic" / "env.py").is_file()
    assert not list(project.rglob("node_modules"))


def test_a_wheel_that_lost_its_page_says_so(installed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(installed, broken)
    shutil.rmtree(broken / "chat_app" / "_project" / "site")
    command = [sys.executable, "-m", "chat_app", "run", "--port", "0", "--data-dir", str(tmp_path / "data")]
    result = subprocess.run(
        command, env={"PYTHONPATH": str(broken)}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "no built page" in result.stderr
