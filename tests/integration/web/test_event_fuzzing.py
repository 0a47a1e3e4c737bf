"""Made-up frames at the event websocket: nothing fails, nothing grows, and an honest tab beside them goes on working.

`HYPOTHESIS_PROFILE=long pytest tests/integration/web/test_event_fuzzing.py` searches longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from chat_app.ui.viewer.state import ViewerState
from chat_app.web.event_frames import FrameCheck, FrameError
from chat_app.web.event_rules import EventRules
from tests.support.agents import write_agents
from tests.support.hostile_frames import frames, legal_events
from tests.support.page_sockets import answer_pings, event, hello, read_until_quiet, states_of_the_page
from tests.support.processes import resident_bytes
from tests.support.servers import SCRIPTED_ENV, RunningApp, find_log_errors, open_event_socket, start_app

assert list(states_of_the_page()), "the states of the page register its events"
RULES = EventRules()
CHECK = FrameCheck(RULES, max_address=8_192)
SOCKETS = max(25, hypothesis.settings().max_examples // 20)
"""Websockets that are opened with made-up frames; each takes some milliseconds."""
MAX_GROWTH = 80 * 2**20
"""Bytes by which the server may grow: what it loads at the first use of its parts, and less than the frames."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("fuzzing") / "data"
    folder.mkdir()
    write_agents(folder)
    with start_app(folder, env=SCRIPTED_ENV) as app:
        yield app


def as_message(frame: str | bytes) -> Message:
    return {"type": "websocket.receive", "bytes" if isinstance(frame, bytes) else "text": frame}


@given(frame=frames(RULES))
def test_a_frame_is_accepted_or_refused_without_any_other_error(frame: str | bytes) -> None:
    with suppress(FrameError):
        CHECK.check_frame(as_message(frame))


@given(data=legal_events(RULES))
def test_every_event_that_a_page_may_send_is_accepted(data: dict[str, Any]) -> None:
    assert RULES.allows(data["name"], data["payload"])


@hypothesis.settings(max_examples=SOCKETS, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@given(sent=st.lists(frames(RULES), min_size=1, max_size=8))
def send_made_up_frames(server: RunningApp, honest: ClientConnection, sent: list[str | bytes]) -> None:
    with open_event_socket(server, token=str(uuid4())) as tab, suppress(WebSocketException):
        tab.send(hello())
        for frame in sent:
            tab.send(frame)
        read_until_quiet(tab, quiet=0.05)
    answer_pings(honest)


def test_made_up_frames_break_nothing(server: RunningApp) -> None:
    with open_event_socket(server, token=str(uuid4())) as honest:
        honest.send(hello())
        send_made_up_frames(server, honest)
        before = resident_bytes(server.process.pid)
        send_made_up_frames(server, honest)
        assert resident_bytes(server.process.pid) - before < MAX_GROWTH
        honest.send(event(f"{ViewerState.get_full_name()}.load_viewer"))
        assert '"known_rx_state_":true' in read_until_quiet(honest, quiet=1)
    assert find_log_errors(server.read_log()) == []
    assert server.process.poll() is None
