"""The page is built when its sources change and only then, from the locked packages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chat_app.cli.frontend import build_site, digest_sources
from chat_app.domain.errors import ConfigError
from chat_app.project import find_checkout

CHECKOUT = find_checkout()
assert CHECKOUT is not None, "the tests run from a checkout"
LOCK = CHECKOUT / "reflex.lock"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small source tree with the structure of a checkout."""
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
def test_a_changed_source_requires_a_build(sources: Path, name: str) -> None:
    before = digest_sources(sources)
    (sources / name).write_text("two", encoding="utf-8")
    assert digest_sources(sources) != before


def test_a_new_or_moved_source_requires_a_build(sources: Path) -> None:
    before = digest_sources(sources)
    (sources / "chat_app/ui/page.py").rename(sources / "chat_app/ui/other.py")
    moved = digest_sources(sources)
    (sources / "chat_app/ui/more.py").touch()
    assert len({before, moved, digest_sources(sources)}) == 3


def test_files_that_do_not_affect_the_page_require_no_build(sources: Path) -> None:
    before = digest_sources(sources)
    (sources / "chat_app/db/tables.py").touch()
    (sources / "chat_app/ui/__pycache__").mkdir()
    (sources / "chat_app/ui/__pycache__/page.pyc").touch()
    (sources / "chat_app/ui/page.py").touch()
    assert digest_sources(sources) == before


def test_a_failed_build_names_its_log_and_leaves_no_site(sources: Path) -> None:
    with pytest.raises(ConfigError, match="All output is in"):
        build_site(sources, report=lambda _line: None)
    assert not list((sources / "build" / "frontend").glob("site-*"))


def test_the_lock_pins_every_package_without_a_registry_url() -> None:
    lock = json.loads((LOCK / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name and not package.get("link")}
    assert packages
    assert all(package["version"] for package in packages.values())
    assert all("resolved" not in package for package in packages.values())
    assert all(package.get("integrity") or package.get("inBundle") for package in packages.values())


def test_the_build_installs_exactly_the_locked_packages() -> None:
    assert CHECKOUT is not None
    build_site(CHECKOUT, report=print)
    staged = CHECKOUT / "build" / "frontend" / "work" / "reflex.lock"
    assert _read_versions(staged) == _read_versions(LOCK)


def _read_versions(lock: Path) -> dict[str, tuple[str, str | None]]:
    """Return version and digest of each locked package by its place."""
    packages = json.loads((lock / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {name: (package["version"], package.get("integrity")) for name, package in packages.items() if name}
