"""`chat-app run`: one process, one port, an exclusive data folder, and a clean shutdown."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from chat_app.cli.data_folder import LOCK_NAME
from tests.support.servers import START_SECONDS, STOP_SECONDS, RunningApp, open_event_socket, start_app, wait_until


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with start_app(tmp_path_factory.mktemp("run") / "data") as app:
        yield app


def run_briefly(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chat_app", "run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)


def read_to_the_end(events: ClientConnection) -> None:
    while True:
        events.recv(STOP_SECONDS)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "chat.example", ""])
def test_listening_beyond_loopback_without_a_login_is_refused(host: str, tmp_path: Path) -> None:
    result = run_briefly("--host", host, "--data-dir", str(tmp_path / "data"))
    assert result.returncode == 1
    assert "--auth password" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "data").exists()


def test_single_sign_on_without_its_settings_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_APP_OIDC_ISSUER", "https://login.example.org")
    result = run_briefly("--auth", "oidc", "--data-dir", str(tmp_path / "data"))
    assert result.returncode == 1
    assert "CHAT_APP_OIDC_CLIENT_ID and CHAT_APP_OIDC_CLIENT_SECRET" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "data").exists()


def test_page_rest_and_event_socket_share_the_port(running_app: RunningApp) -> None:
    assert httpx.get(running_app.url).headers["content-type"].startswith("text/html")
    assert httpx.get(f"{running_app.url}/v1/chat").status_code == 200
    with open_event_socket(running_app) as events:
        assert str(events.recv()).startswith("0{")


def test_the_data_folder_is_accessible_only_by_its_owner(running_app: RunningApp) -> None:
    folder = Path(running_app.log).with_suffix("")
    httpx.post(f"{running_app.url}/v1/chat", json={"agent_key": "local"}).raise_for_status()
    wait_until((folder / "turns.db").exists, seconds=60, what="the workflow engine's database")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()
    assert {"agents.toml", "chat.db", "chat.db-wal", "chat.db-shm", "turns.db", LOCK_NAME} <= modes.keys()


def test_a_data_folder_with_wide_permissions_becomes_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "chat.db").touch()
    folder.chmod(0o777)
    (folder / "chat.db").chmod(0o666)
    with start_app(folder) as app:
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (folder, *folder.iterdir())} == {0}
        [line] = [line for line in app.read_log().splitlines() if "other users had access" in line]
        assert "chat.db" in line


def test_a_second_process_cannot_use_the_same_data_folder(running_app: RunningApp) -> None:
    folder = Path(running_app.log).with_suffix("")
    result = run_briefly("--port", "0", "--data-dir", str(folder))
    assert result.returncode == 1
    assert str(folder) in result.stderr
    assert "another chat-app" in result.stderr


def test_the_data_folder_can_be_used_again_after_a_kill(tmp_path: Path) -> None:
    with start_app(tmp_path / "data") as app:
        app.kill()
    assert (tmp_path / "data" / LOCK_NAME).exists()
    with start_app(tmp_path / "data") as again:
        assert httpx.get(again.url).status_code == 200


def test_the_error_names_a_data_folder_that_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run_briefly("--data-dir", str(tmp_path / "file" / "data"))
    assert result.returncode == 1
    assert str(tmp_path / "file" / "data") in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("CHAT_APP_MAX_REQUEST_BYTES", "secret"), ("CHAT_APP_ALLOWED_HOSTS", "secret"), ("CHAT_APP_STOP_SECONDS", "-1")],
)
def test_the_error_names_an_invalid_setting_without_its_value(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = run_briefly("--data-dir", str(tmp_path / "data"))
    assert result.returncode == 1
    assert name.removeprefix("CHAT_APP_").lower() in result.stderr.lower()
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr


def test_an_invalid_agents_file_stops_the_start_and_is_named(tmp_path: Path) -> None:
    agents = tmp_path / "agents.toml"
    agents.write_text("[[agents]\n", encoding="utf-8")
    result = run_briefly("--port", "0", "--data-dir", str(tmp_path / "data"), "--agents", str(agents))
    assert result.returncode == 1
    assert str(agents) in result.stderr
    assert "Traceback" not in result.stderr


def test_the_error_names_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run_briefly("--port", str(port), "--data-dir", str(tmp_path / "data"))
    assert result.returncode == 1
    assert f"Port {port} is in use" in result.stderr


def test_the_server_stops_immediately_with_open_streams_and_sockets(tmp_path: Path) -> None:
    with (
        start_app(tmp_path / "data", env={"CHAT_APP_HEARTBEAT_SECONDS": "0.1"}) as app,
        httpx.Client(base_url=app.url, timeout=STOP_SECONDS) as client,
    ):
        with client.stream("GET", "/v1/events") as stream, open_event_socket(app) as events:
            received = stream.iter_raw()
            next(received)
            events.recv()
            began = time.monotonic()
            assert app.stop() == 0
            # Shutdown waits up to 5 s for pending requests, but not for streams and websockets.
            assert time.monotonic() - began < 4
            # A stream that ends in the middle of an answer would raise here.
            b"".join(received)
            with pytest.raises(ConnectionClosed):
                read_to_the_end(events)
        assert "Traceback" not in app.read_log()
        assert "ERROR" not in app.read_log()


@pytest.mark.parametrize("path", ["/", "/chat/coder", "/chat/coder?session=chat_x&panel=diff"])
def test_a_deep_link_returns_the_page(running_app: RunningApp, path: str) -> None:
    answer = httpx.get(running_app.url + path)
    assert (answer.status_code, "<script" in answer.text) == (200, True)


@pytest.mark.parametrize("path", ["/nowhere", "/chat/coder/further", "/assets/none-a1b2c3d4.js", "/%00", "/..%2fetc"])
def test_an_address_that_is_no_page_is_not_found(running_app: RunningApp, path: str) -> None:
    assert httpx.get(running_app.url + path).status_code == 404


def test_the_files_of_the_page_are_compressed_and_cached_as_immutable(running_app: RunningApp) -> None:
    page = httpx.get(running_app.url)
    script = page.text.split('rel="modulepreload" href="', 1)[1].split('"', 1)[0]
    answer = httpx.get(running_app.url + script, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert page.headers["cache-control"] == "no-cache"


def test_a_later_start_builds_nothing_and_writes_only_to_the_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with start_app(tmp_path / "data", cwd=folder) as app:
        assert "Building" not in app.read_log()
        assert app.stop() == 0
    assert not list(folder.iterdir())
