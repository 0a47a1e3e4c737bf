"""The commands for logging in and out, and for managing the people of the workspace."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.agents import ECHO, write_agents
from tests.support.password_login import OWNER, PASSWORD
from tests.support.servers import RunningApp, start_app

SECONDS = 60


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("login") / "data"
    folder.mkdir()
    write_agents(folder)
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[RunningApp]:
    """A server with a login, whose owner is set up."""
    with start_app(data, env={"CHAT_APP_AUTH": "password", "CHAT_APP_ALLOW_SCRIPTED": "1"}) as app:
        found = re.search(r"/set-up#(\S+)", app.read_log())
        assert found is not None
        owner = {"secret": found[1], "name": "Ada", "email": OWNER, "password": PASSWORD}
        assert httpx.post(f"{app.url}/v1/auth/set-up", json=owner).status_code == 200
        yield app


def chat_app(
    server: RunningApp, config: Path, *words: str, said: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CHAT_APP_CONFIG_DIR": str(config), "CHAT_APP_URL": server.url}
    command = [sys.executable, "-m", "chat_app", *words]
    return subprocess.run(
        command, input=said, capture_output=True, text=True, timeout=SECONDS, check=False, env=environment
    )


def log_in(server: RunningApp, config: Path, *words: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    # Without a terminal, the hidden prompt reads standard input.
    return chat_app(server, config, "login", "--email", OWNER, *words, said=f"{password}\n")


def test_a_token_file_that_others_could_read_becomes_private(server: RunningApp, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    tokens.write_text("{}")
    tokens.chmod(0o644)
    answer = chat_app(server, tmp_path, "list")
    assert "other users had access" in answer.stderr
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600


def test_without_a_login_the_error_explains_how_to_log_in(server: RunningApp, tmp_path: Path) -> None:
    answer = chat_app(server, tmp_path, "list")
    assert answer.returncode == 1
    assert "chat-app login" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_commands_act_for_the_logged_in_person_until_logout(server: RunningApp, tmp_path: Path) -> None:
    wrong = log_in(server, tmp_path, password="not the password")
    assert (wrong.returncode, list(tmp_path.iterdir())) == (1, [])
    done = log_in(server, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "as Ada (owner of Workspace)" in done.stdout
    (kept,) = tmp_path.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert PASSWORD not in kept.read_text()
    assert "scope write" in chat_app(server, tmp_path, "whoami").stdout
    assert chat_app(server, tmp_path, "send", "By the command", "--agent", ECHO).stdout == "By the command\n"
    token = re.search(r"cst_[\w-]+", kept.read_text())
    assert token is not None
    assert chat_app(server, tmp_path, "logout").returncode == 0
    assert token[0] not in kept.read_text()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    headers = {"authorization": f"Bearer {token[0]}"}
    assert httpx.get(f"{server.url}/v1/me", headers=headers).status_code == 401
    assert chat_app(server, tmp_path, "list").returncode == 1


def test_an_existing_token_can_be_used_to_log_in(server: RunningApp, tmp_path: Path) -> None:
    assert log_in(server, tmp_path / "first").returncode == 0
    token = re.search(r"cst_[\w-]+", (tmp_path / "first" / "tokens.json").read_text())
    assert token is not None
    taken = chat_app(server, tmp_path / "second", "login", "--token", said=f"{token[0]}\n")
    assert taken.returncode == 0, taken.stderr
    refused = chat_app(server, tmp_path / "third", "login", "--token", said="cst_nothing\n")
    assert refused.returncode == 1
    assert not (tmp_path / "third").exists()


def test_people_are_invited_listed_changed_and_removed(server: RunningApp, tmp_path: Path) -> None:
    assert log_in(server, tmp_path, "--scope", "admin").returncode == 0
    link = chat_app(server, tmp_path, "users", "invite", "--role", "viewer").stdout.strip()
    assert link.startswith(f"{server.url}/join#")
    joining = {"secret": link.partition("#")[2], "name": "Ben", "email": "ben@example.org", "password": PASSWORD}
    assert httpx.post(f"{server.url}/v1/auth/join", json=joining).status_code == 200
    line = next(row for row in chat_app(server, tmp_path, "users", "list").stdout.splitlines() if "Ben" in row)
    assert line.split()[1:] == ["viewer", "Ben", "ben@example.org"]
    assert chat_app(server, tmp_path, "users", "role", line.split()[0], "admin").returncode == 0
    assert "admin   Ben" in chat_app(server, tmp_path, "users", "list").stdout
    assert chat_app(server, tmp_path, "users", "remove", line.split()[0]).returncode == 0
    assert "Ben" not in chat_app(server, tmp_path, "users", "list").stdout


def test_a_reset_link_is_created_offline_while_the_server_is_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    write_agents(folder)
    environment = {"CHAT_APP_AUTH": "password", "CHAT_APP_ALLOW_SCRIPTED": "1"}
    with start_app(folder, env=environment) as app:
        found = re.search(r"/set-up#(\S+)", app.read_log())
        assert found is not None
        owner = {"secret": found[1], "name": "Ada", "email": OWNER, "password": PASSWORD}
        assert httpx.post(f"{app.url}/v1/auth/set-up", json=owner).status_code == 200
        running = chat_app(app, tmp_path, "users", "reset", OWNER, "--data-dir", str(folder))
        assert running.returncode == 1
        assert "in use" in running.stderr
        app.stop()
    nobody = chat_app(app, tmp_path, "users", "reset", "nobody@example.org", "--data-dir", str(folder))
    assert nobody.returncode == 1
    assert "No account has this e-mail address" in nobody.stderr
    made = chat_app(app, tmp_path, "users", "reset", OWNER, "--data-dir", str(folder))
    secret = re.search(r"/reset#(\S+)", made.stdout)
    assert secret is not None, made.stderr
    with start_app(folder, env=environment) as app:
        assert "/set-up#" not in app.read_log().rpartition("ready at")[2]
        chosen = {"secret": secret[1], "password": "other quiet words"}
        assert httpx.post(f"{app.url}/v1/auth/reset", json=chosen).status_code == 200
        signing_in = {"email": OWNER, "password": "other quiet words"}
        assert httpx.post(f"{app.url}/v1/auth/sign-in", json=signing_in).status_code == 200
