"""The chat commands against a running server: their output and their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chat_app.agents.models.embedded.catalogue import CATALOGUE, FALLBACK_MODEL
from tests.support.agents import ECHO, PLAYER, write_agents, write_script
from tests.support.cli import COMMAND_SECONDS, run_cli
from tests.support.servers import RunningApp, start_app
from tests.support.slow_hub import slow_hub

ENVIRONMENT = {"CHAT_APP_ALLOW_SCRIPTED": "1", "CHAT_APP_HEARTBEAT_SECONDS": "0.05", "CHAT_APP_MODEL_RETRIES": "0"}
"""Heartbeats come in the middle of every answer."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chats") / "data"
    folder.mkdir()
    write_agents(folder)
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[RunningApp]:
    with start_app(data, env=ENVIRONMENT) as app:
        yield app


def session_of(sent: subprocess.CompletedProcess[str]) -> str:
    """Return the id of the session that `send` created, from its standard error."""
    return sent.stderr.split("session ", 1)[1].split()[0]


def test_an_answer_with_heartbeats_in_between_is_printed_completely_and_once(server: RunningApp, data: Path) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    write_script(data, [{"chunks": [{"text": words}]}], tokens_per_second=40)
    sent = run_cli(server, "send", "Go on", "--agent", PLAYER)
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout == f"{words}\n"


def test_a_session_is_continued_shown_and_listed(server: RunningApp) -> None:
    first = run_cli(server, "send", "-", "--agent", ECHO, said="By the pipe")
    assert first.stdout == "By the pipe\n"
    session_id = session_of(first)
    second = run_cli(server, "send", "And again", "--session", session_id)
    assert second.stdout == "And again\n"
    shown = run_cli(server, "show", session_id).stdout
    assert [line for line in shown.splitlines() if line in ("By the pipe", "And again")] == [
        "By the pipe",
        "By the pipe",
        "And again",
        "And again",
    ]
    listed = json.loads(run_cli(server, "list", "--json").stdout)
    assert next(row["origin"] for row in listed if row["id"] == session_id) == "CLI"


def test_a_session_marked_as_read_is_not_listed_as_unread(server: RunningApp) -> None:
    session_id = session_of(run_cli(server, "send", "Unread", "--agent", ECHO))
    assert session_id in run_cli(server, "list", "--unread").stdout
    assert run_cli(server, "read", session_id).returncode == 0
    assert session_id not in run_cli(server, "list", "--unread").stdout


def test_sending_with_a_repeated_request_id_prints_the_first_answer(server: RunningApp) -> None:
    session_id = session_of(run_cli(server, "send", "Before", "--agent", ECHO))
    once, again = (
        run_cli(server, "send", "Only once", "--session", session_id, "--request-id", "once") for _ in range(2)
    )
    assert once.stdout == again.stdout == "Only once\n"
    assert run_cli(server, "show", session_id).stdout.count("Only once") == 2


def test_a_failed_answer_is_reported_and_fails_the_command(server: RunningApp, data: Path) -> None:
    write_script(
        data, [{"chunks": [{"text": "So far"}, {"error": {"status": 400, "code": "context_length_exceeded"}}]}]
    )
    sent = run_cli(server, "send", "Go", "--agent", PLAYER)
    assert sent.returncode == 1
    assert "So far" in sent.stdout
    assert "error: " in sent.stderr


def test_the_download_progress_of_the_model_is_shown_while_the_answer_waits(tmp_path: Path) -> None:
    agent = f'[[agents]]\nkey = "local"\nname = "Local"\ncolor = "#2d8a74"\nmodel = "local:{FALLBACK_MODEL}"\n'
    (tmp_path / "agents.toml").write_text(agent, encoding="utf-8")
    with slow_hub() as hub, start_app(tmp_path, env={**ENVIRONMENT, "HF_ENDPOINT": hub}) as server:
        command = [sys.executable, "-m", "chat_app", "send", "Hello", "--url", server.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sending:
            assert sending.stderr is not None
            session_id = sending.stderr.readline().split()[1]
            while "40 %" not in (line := sending.stderr.readline()):
                assert line.startswith(f"Downloading {CATALOGUE[FALLBACK_MODEL].name}: "), line
            httpx.post(f"{server.url}/v1/chat/{session_id}/stop").raise_for_status()
            assert sending.communicate(timeout=COMMAND_SECONDS) == ("", "stopped\n")
            assert sending.returncode == 0
        status = httpx.get(f"{server.url}/v1/agents").json()["items"][0]["model_status"]
        assert status["state"] == "downloading"
        assert 0 < status["received"] < status["total"]


def test_agents_are_listed_with_their_models(server: RunningApp) -> None:
    lines = run_cli(server, "agents").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [ECHO, PLAYER]
    assert lines[0].endswith("scripted:echo")


def test_a_session_is_shared_and_participants_are_added_and_listed(server: RunningApp) -> None:
    session_id = session_of(run_cli(server, "send", "Hello", "--agent", ECHO))
    assert run_cli(server, "share", session_id, "--visibility", "private").returncode == 0
    assert run_cli(server, "participants", "list", session_id).stdout == ""
    assert run_cli(server, "participants", "add", session_id, "usr_local", "--role", "owner").returncode == 0
    assert run_cli(server, "participants", "list", session_id).stdout.split() == ["usr_local", "owner", "Owner"]
    assert json.loads(run_cli(server, "participants", "list", session_id, "--json").stdout)[0]["role"] == "owner"
    nobody = run_cli(server, "participants", "add", session_id, "usr_nobody")
    assert "not a member of this workspace" in nobody.stderr
    assert run_cli(server, "participants", "remove", session_id, "usr_local").returncode == 1
    assert run_cli(server, "share", session_id, "--visibility", "group").returncode == 2
    remark = run_cli(server, "send", "Between us", "--session", session_id)
    assert (remark.returncode, remark.stdout) == (0, "")
    assert f"@{ECHO}" in remark.stderr
    asked = run_cli(server, "send", f"@{ECHO} And you?", "--session", session_id)
    assert asked.stdout.endswith(f"Owner: @{ECHO} And you?\n")


@pytest.mark.parametrize("words", [["show", "ses_nobody"], ["send", "Hi", "--agent", "nobody"], ["read", "ses_nobody"]])
def test_an_unknown_session_or_agent_is_reported_in_one_line(server: RunningApp, words: list[str]) -> None:
    result = run_cli(server, *words)
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1


def test_without_a_server_the_error_explains_how_to_start_one() -> None:
    result = run_cli(None, "list")
    assert result.returncode == 1
    assert "chat-app run" in result.stderr
