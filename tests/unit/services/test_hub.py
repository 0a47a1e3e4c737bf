"""Readers of the hub get events in order, and are notified when they were too slow."""

from __future__ import annotations

import asyncio

import pytest

from chat_app.domain.events import ChatEvent, PartDelta, SessionRenamed
from chat_app.domain.sessions import TitleSource
from chat_app.services.events import hub as hubs
from chat_app.services.events.hub import Hub
from tests.support.builders import an_event

pytestmark = pytest.mark.anyio

LONG = 3_600.0
"""A heartbeat interval in seconds that is longer than any test."""


def renamed(seq: int, *, session_id: str = "ses_1", workspace_id: str = "wsp_1") -> ChatEvent:
    event = an_event(SessionRenamed(title=str(seq), title_source=TitleSource.PERSON), seq=seq)
    return event.model_copy(update={"session_id": session_id, "workspace_id": workspace_id})


def delta(text: str) -> ChatEvent:
    return an_event(PartDelta(part_id="0.0", attempt=100, offset=0, text=text), turn_id="trn_1")


async def test_a_reader_gets_durable_and_live_events_in_the_order_of_publication() -> None:
    hub = Hub(heartbeat_seconds=LONG)
    with hub.session("ses_1") as reader:
        hub.publish([renamed(1), renamed(2)])
        hub.publish_live(delta("a"))
        hub.publish([renamed(3)])
        assert await reader.receive() == [renamed(1), renamed(2), delta("a"), renamed(3)]


async def test_each_reader_gets_every_event_once() -> None:
    hub = Hub(heartbeat_seconds=LONG)
    with hub.session("ses_1") as first, hub.session("ses_1") as second:
        hub.publish([renamed(1)])
        assert await first.receive() == [renamed(1)]
        hub.publish([renamed(2)])
        assert await first.receive() == [renamed(2)]
        assert await second.receive() == [renamed(1), renamed(2)]


async def test_a_reader_of_one_session_gets_no_events_of_another() -> None:
    hub = Hub(heartbeat_seconds=LONG)
    with hub.session("ses_1") as reader:
        hub.publish([renamed(1, session_id="ses_2"), renamed(1)])
        assert await reader.receive() == [renamed(1)]


async def test_a_reader_of_a_workspace_gets_the_durable_events_of_its_sessions_but_no_live_text() -> None:
    hub = Hub(heartbeat_seconds=LONG)
    with hub.workspace("wsp_1") as reader:
        hub.publish_live(delta("a"))
        hub.publish([renamed(1), renamed(1, session_id="ses_2"), renamed(1, workspace_id="wsp_2")])
        assert await reader.receive() == [renamed(1), renamed(1, session_id="ses_2")]


async def test_a_reader_waits_until_an_event_is_published() -> None:
    hub = Hub(heartbeat_seconds=LONG)
    with hub.session("ses_1") as reader:
        taking = asyncio.create_task(reader.receive())
        await asyncio.sleep(0)
        assert not taking.done()
        hub.publish([renamed(1)])
        assert await taking == [renamed(1)]


async def test_a_heartbeat_is_sent_repeatedly_while_no_event_is_published() -> None:
    hub = Hub(heartbeat_seconds=0.001)
    with hub.session("ses_1") as reader:
        assert [await reader.receive() for _ in range(3)] == [[], [], []]


async def test_a_reader_that_is_too_slow_is_notified_and_then_gets_new_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "BACKLOG_LIMIT", 2)
    hub = Hub(heartbeat_seconds=LONG)
    with hub.session("ses_1") as slow, hub.session("ses_1") as quick:
        for seq in range(1, 6):
            hub.publish([renamed(seq)])
            assert await quick.receive() == [renamed(seq)]
        assert await slow.receive() is None
        hub.publish([renamed(6)])
        assert await slow.receive() == [renamed(6)]


async def test_the_queue_of_a_slow_reader_is_bounded_in_bytes() -> None:
    hub = Hub(heartbeat_seconds=LONG)
    with hub.session("ses_1") as slow:
        for _ in range(20):
            hub.publish_live(delta("x" * (hubs.BACKLOG_BYTES // 10)))
        assert await slow.receive() is None
        hub.publish_live(delta("x" * 2 * hubs.BACKLOG_BYTES))
        assert len(await slow.receive() or ()) == 1, "a single event may be larger"


async def test_a_reader_gets_no_events_after_it_unsubscribed() -> None:
    hub = Hub(heartbeat_seconds=0.001)
    with hub.session("ses_1") as reader:
        pass
    hub.publish([renamed(1)])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await reader.receive()
