"""The start: the page is served while the program loads, and libraries that the page does not need are loaded later."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.support.agents import ECHO, write_agents
from tests.support.servers import START_SECONDS, STOP_SECONDS, RunningApp, start_app, wait_until

LATER = {
    "alembic",
    "anthropic",
    "argon2",
    "authlib",
    "dbos",
    "html_to_markdown",
    "httpx",
    "joserfc",
    "mcp",
    "openai",
    "pip",
    "psycopg",
    "pydantic_ai",
    "xllamacpp",
}
"""Libraries that no page needs."""
_REPORTING = """
import json, sys
from chat_app.cli import run
from chat_app.cli.main import app

announce = run._announce

def announce_and_report(*arguments):
    print("modules", json.dumps(sorted(sys.modules)))
    announce(*arguments)

run._announce = announce_and_report
app(prog_name="chat-app")
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the program has run before."""
    folder = tmp_path_factory.mktemp("start") / "data"
    folder.mkdir()
    write_agents(folder)
    with start_app(folder, env={"CHAT_APP_ALLOW_SCRIPTED": "1"}) as app:
        assert app.stop() == 0
    return folder


@contextmanager
def starting(data_dir: Path, port: int) -> Generator[tuple[subprocess.Popen[bytes], Path]]:
    """Start the program, and do not wait for it."""
    log = data_dir.with_name("starting.log")
    with log.open("wb") as output:
        command = [sys.executable, "-m", "chat_app", "run", "--port", str(port), "--data-dir", str(data_dir)]
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield process, log
    finally:
        process.kill()
        process.wait(STOP_SECONDS)


def wait_for_port(port: int) -> None:
    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    wait_until(answers, seconds=START_SECONDS, what="the port")


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_the_page_is_served_and_requests_wait_while_the_program_loads(
    data_dir: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_APP_ALLOW_SCRIPTED", "1")
    with starting(data_dir, port) as (_, log), httpx.Client(timeout=START_SECONDS) as client:
        wait_for_port(port)
        page = client.get(f"http://127.0.0.1:{port}/chat/{ECHO}")
        loaded = "ready at" in log.read_text()
        assert (page.status_code, loaded) == (200, False)
        # Both requests arrive before the program is loaded.
        answer = client.post(f"http://127.0.0.1:{port}/v1/chat", json={"agent_key": ECHO, "title": "Early"})
        assert answer.status_code == 201
        sent = client.post(
            f"http://127.0.0.1:{port}/v1/chat/{answer.json()['id']}/messages", json={"content": "First words"}
        )
        assert sent.json()["turn"]["status"] == "running"


def test_pages_redirect_to_sign_in_while_the_program_loads(
    data_dir: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_APP_ALLOW_SCRIPTED", "1")
    monkeypatch.setenv("CHAT_APP_AUTH", "password")
    with starting(data_dir, port), httpx.Client(timeout=START_SECONDS) as client:
        wait_for_port(port)
        page = client.get(f"http://127.0.0.1:{port}/chat/{ECHO}", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["location"].partition("?")[0]) == (303, "/sign-in")


def test_the_server_stops_immediately_while_the_program_loads(
    data_dir: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_APP_ALLOW_SCRIPTED", "1")
    with starting(data_dir, port) as (process, log), httpx.Client(timeout=START_SECONDS) as client:
        wait_for_port(port)
        assert client.get(f"http://127.0.0.1:{port}/").status_code == 200
        process.terminate()
        assert process.wait(STOP_SECONDS) == 0
        assert "Traceback" not in log.read_text()


def modules_of(app: RunningApp) -> set[str]:
    """Return the modules that were loaded when the program was ready."""
    (line,) = (line for line in app.read_log().splitlines() if line.startswith("modules "))
    return set(json.loads(line.removeprefix("modules ")))


def test_a_start_loads_no_library_that_the_page_does_not_need(data_dir: Path) -> None:
    command = (sys.executable, "-c", _REPORTING)
    with start_app(data_dir, env={"CHAT_APP_ALLOW_SCRIPTED": "1"}, command=command) as app:
        loaded = modules_of(app)
    assert {"reflex", "sqlalchemy", "fastapi"} <= loaded
    assert not LATER & loaded
