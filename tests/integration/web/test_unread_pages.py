"""A page that asks for long conversations and reads nothing is disconnected, and takes no memory that matters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest

from chat_app.ui.transcript.state import TranscriptState
from chat_app.ui.viewer.state import ViewerState
from tests.support.agents import ECHO, write_agents
from tests.support.page_sockets import answer_pings, event, hello, read_until_quiet
from tests.support.processes import resident_bytes
from tests.support.raw_websocket import open_raw_websocket
from tests.support.servers import SCRIPTED_ENV, RunningApp, find_log_errors, open_event_socket, start_app, wait_until

TEXT = "x" * 90_000
MESSAGES = 8
ASKS = 300
"""Of which each makes the server send all messages and answers: more than 400 MB in total."""
MAX_GROWTH = 60 * 2**20
"""Bytes by which the server may grow: several times what may wait for a page, and what is being prepared."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("unread") / "data"
    folder.mkdir()
    write_agents(folder)
    with start_app(folder, env={**SCRIPTED_ENV, "CHAT_APP_MAX_PAGE_QUEUE_BYTES": "2000000"}) as app:
        yield app


@pytest.fixture(scope="module")
def message(server: RunningApp) -> tuple[str, str]:
    """The ids of a session with long messages, and of one of them."""
    with httpx.Client(base_url=server.url) as client:
        session = client.post("/v1/chat", json={"agent_key": ECHO}).json()["id"]
        sent = ""
        for number in range(1, MESSAGES + 1):
            sent = client.post(f"/v1/chat/{session}/messages", json={"content": TEXT}).json()["message"]["id"]
            wait_until(lambda number=number: count_ended(client, session) == number, seconds=60, what="the answer")
    return session, sent


def count_ended(client: httpx.Client, session: str) -> int:
    return sum(turn["status"] == "completed" for turn in client.get(f"/v1/chat/{session}").json()["turns"])


def test_a_page_that_reads_nothing_is_disconnected(server: RunningApp, message: tuple[str, str]) -> None:
    session, sent = message
    name = f"{TranscriptState.get_full_name()}.jump"
    with open_event_socket(server, token=str(uuid4())) as honest:
        honest.send(hello())
        read_until_quiet(honest, quiet=1)
        before = resident_bytes(server.process.pid)
        with open_raw_websocket(server.url, receive_buffer=4_096) as unread:
            unread.send(hello())
            with suppress(ConnectionError):
                for _ in range(ASKS):
                    unread.send(event(name, session_id=session, message_id=sent))
                    answer_pings(honest)
            wait_until(lambda: answer_pings(honest) or unread.is_ended(), seconds=60, what="the end of the connection")
        assert resident_bytes(server.process.pid) - before < MAX_GROWTH
        honest.send(event(f"{ViewerState.get_full_name()}.load_viewer"))
        assert '"known_rx_state_":true' in read_until_quiet(honest, quiet=1)
    assert find_log_errors(server.read_log()) == []
