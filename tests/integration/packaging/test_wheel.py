"""The wheel: built in isolation from the locked versions, whatever was released since, and complete without Node."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx_sse import connect_sse

from chat_app.agents.models.embedded import FALLBACK_MODEL
from chat_app.agents.models.embedded.manager import MODELS_FOLDER
from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent, PartDelta
from chat_app.project import find_checkout
from tests.support.servers import start_app

CHECKOUT = find_checkout()
assert CHECKOUT is not None, "the tests run from a checkout"
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
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.MULTILINE)


def read_pins(name: str) -> dict[str, str]:
    """Return the pinned versions of a lock file by package."""
    assert CHECKOUT is not None
    return dict(_PIN.findall((CHECKOUT / name).read_text(encoding="utf-8")))


def write_newer_releases(folder: Path) -> None:
    """Write an empty wheel of a far newer version of each locked package: these releases do not work."""
    folder.mkdir()
    for name in read_pins("requirements-dev.lock"):
        stem = f"{re.sub('[-.]+', '_', name)}-9999"
        with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
            info = f"{stem}.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 9999\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built in isolation from the source distribution after newer releases of everything."""
    assert CHECKOUT is not None
    folder = tmp_path_factory.mktemp("wheel")
    write_newer_releases(folder / "newer")
    make = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(folder)]
    subprocess.run(make, cwd=CHECKOUT, check=True, capture_output=True, text=True)
    (source,) = folder.glob("chat_sessions-*.tar.gz")
    venv.create(folder / "venv", with_pip=True)
    # The configured locations are kept, and one is added.
    python = folder / "venv" / "bin" / "python"
    build = [python, "-m", "pip", "wheel", "--no-deps", "--find-links", folder / "newer", "--wheel-dir", folder, source]
    result = subprocess.run(build, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (wheel,) = folder.glob("chat_sessions-*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A folder with the unpacked wheel, without the checkout."""
    folder = wheel.parent / "lib"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True)
    return folder


def test_unpinned_requirements_resolve_to_the_newer_releases(tmp_path: Path) -> None:
    write_newer_releases(tmp_path / "newer")
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--find-links", str(tmp_path / "newer")]
    subprocess.run([*pip, "--dest", str(tmp_path), "hatchling"], check=True, capture_output=True)
    assert [file.name for file in tmp_path.glob("*.whl")] == ["hatchling-9999-py3-none-any.whl"]


def test_the_wheel_requires_the_locked_versions(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    required: list[str] = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    pins = read_pins("requirements.lock")
    assert {line for line in required if "==" not in line.partition(";")[0]} == {"pip>=22.3"}
    assert {match[1]: match[2] for line in required if (match := _PIN.match(line))} == pins


def test_both_locks_and_the_build_backend_agree() -> None:
    assert CHECKOUT is not None
    everything = read_pins("requirements-dev.lock")
    assert read_pins("requirements.lock").items() <= everything.items()
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    build = project["build-system"]["requires"]
    assert [f"{name}=={everything[name]}" for name in (line.partition("==")[0] for line in build)] == build


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
    """Send a message in a new session, and return the events of its turn and the session afterwards."""
    # With a title, the model is not asked for one.
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


def test_a_wheel_without_its_page_does_not_start_and_says_why(installed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(installed, broken)
    shutil.rmtree(broken / "chat_app" / "_project" / "site")
    command = [sys.executable, "-m", "chat_app", "run", "--port", "0", "--data-dir", str(tmp_path / "data")]
    result = subprocess.run(
        command, env={"PYTHONPATH": str(broken)}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "no built page" in result.stderr
