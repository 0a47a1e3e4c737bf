"""The page is built when its sources change and only then, from the locked packages, and travels in the wheel."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx_sse import connect_sse

from chat_app.agents.models.embedded import FALLBACK_MODEL
from chat_app.agents.models.embedded.manager import MODELS_FOLDER
from chat_app.cli.frontend import build_site, digest_sources
from chat_app.domain.errors import ConfigError
from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent, PartDelta
from chat_app.project import find_checkout
from tests.support.servers import start_app

CHECKOUT = find_checkout()
assert CHECKOUT is not None, "the tests run from a checkout"
LOCK = CHECKOUT / "reflex.lock"
ANSWER_SECONDS = 120.0
"""Until each next piece of an answer; the first one waits for the model to be loaded."""
SMALL_AGENT = f"""
[[agents]]
key = "small"
name = "Small"
color = "#5b6ee1"
model = "local:{FALLBACK_MODEL}"
settings = {{ max_tokens = 24, temperature = 0.0 }}
"""


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


def test_the_wheel_streams_an_answer_of_its_embedded_model_without_node(
    installed: Path, weights_folder: Path, tmp_path: Path
) -> None:
    folder, data_dir = tmp_path / "empty", tmp_path / "data"
    for each in (folder, data_dir):
        each.mkdir(mode=0o700)
    (data_dir / MODELS_FOLDER).symlink_to(weights_folder, target_is_directory=True)
    (data_dir / "agents.toml").write_text(SMALL_AGENT, encoding="utf-8")
    environment = {"PYTHONPATH": str(installed), "PATH": str(folder)}
    with start_app(data_dir, env=environment, cwd=folder) as app:
        with httpx.Client(base_url=app.url, timeout=ANSWER_SECONDS) as client:
            events, session = ask(client, "What is the capital of France?")
        assert app.stop() == 0
    assert events[-1].type == "turn.completed"
    streamed = [event.data.text for event in events if isinstance(event.data, PartDelta)]
    answer = session["messages"]["items"][-1]
    assert len(streamed) > 1
    assert (answer["turn_status"], answer["content"]) == ("completed", "".join(streamed))


def ask(client: httpx.Client, text: str) -> tuple[list[ChatEvent], dict[str, Any]]:
    """Send a message in a new session, and return what was streamed of its turn and the session afterwards."""
    # The title keeps the model from being asked for one.
    made = client.post("/v1/chat", json={"agent_key": "small", "title": "France"}).raise_for_status().json()
    address = f"/v1/chat/{made['id']}"
    events: list[ChatEvent] = []
    with connect_sse(client, "GET", f"{address}/events") as source:
        client.post(f"{address}/messages", json={"content": text}).raise_for_status()
        for frame in source.iter_sse():
            if frame.data:
                events.append(ChatEvent.model_validate_json(frame.data))
                if events[-1].type in LAST_OF_A_TURN:
                    break
    return events, client.get(address).raise_for_status().json()


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
