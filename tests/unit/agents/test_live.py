"""The open text of running turns."""

from __future__ import annotations

import asyncio

import pytest

from chat_app.agents.run.live import LiveTurn, LiveTurns
from chat_app.domain.events import ChatEvent, PartDelta, PartStarted

pytestmark = pytest.mark.anyio


def begin(published: list[ChatEvent]) -> tuple[LiveTurns, LiveTurn]:
    turns = LiveTurns(publish=published.append)
    return turns, turns.begin("ses_1", workspace_id="wsp_1", turn_id="trn_1", message_id="msg_1")


def deltas(published: list[ChatEvent]) -> list[PartDelta]:
    return [event.data for event in published if isinstance(event.data, PartDelta)]


async def test_the_first_text_is_published_at_once() -> None:
    published: list[ChatEvent] = []
    _, turn = begin(published)
    turn.start("0.0", "text", attempt=100)
    turn.write("0.0", "Hello")
    assert [delta.text for delta in deltas(published)] == ["Hello"]


async def test_text_between_two_flushes_is_published_as_one_delta() -> None:
    published: list[ChatEvent] = []
    _, turn = begin(published)
    turn.start("0.0", "text", attempt=100)
    for word in ("one ", "two ", "three"):
        turn.write("0.0", word)
    assert [delta.text for delta in deltas(published)] == ["one "]
    turn.flush()
    assert [(delta.offset, delta.text) for delta in deltas(published)] == [(0, "one "), (4, "two three")]


async def test_text_is_flushed_automatically() -> None:
    published: list[ChatEvent] = []
    arrived = asyncio.Event()

    def publish(event: ChatEvent) -> None:
        published.append(event)
        if isinstance(event.data, PartDelta):
            arrived.set()

    turn = LiveTurns(publish=publish).begin("ses_1", workspace_id="wsp_1", turn_id="trn_1", message_id="msg_1")
    turn.start("0.0", "text", attempt=100)
    turn.write("0.0", "Hello")
    await asyncio.wait_for(arrived.wait(), timeout=5)
    assert turn.open_parts()[0].text == "Hello"


async def test_offsets_count_code_points() -> None:
    published: list[ChatEvent] = []
    _, turn = begin(published)
    turn.start("0.0", "text", attempt=100)
    turn.write("0.0", "\N{GRINNING FACE}é")
    turn.flush()
    turn.write("0.0", "!")
    turn.flush()
    assert [delta.offset for delta in deltas(published)] == [0, 2]


async def test_closing_a_turn_returns_its_open_parts_and_later_text_is_ignored() -> None:
    published: list[ChatEvent] = []
    turns, turn = begin(published)
    turn.start("0.0", "text", attempt=100)
    turn.write("0.0", "seen")
    assert [part.text for part in turn.close()] == ["seen"]
    turn.write("0.0", " unseen")
    turn.flush()
    assert turns.open_parts_of("ses_1") == []
    assert [delta.text for delta in deltas(published)] == ["seen"]


async def test_a_restarted_step_keeps_the_other_steps() -> None:
    _, turn = begin([])
    turn.start("1.0", "text", attempt=100)
    turn.start("10.0", "text", attempt=100)
    turn.restart_step(1)
    assert [part.id for part in turn.open_parts()] == ["10.0"]


async def test_a_turn_is_dirty_until_take_dirty_returns_it() -> None:
    turns, turn = begin([])
    assert turns.take_dirty() == []
    turn.start("0.0", "text", attempt=100)
    assert turns.take_dirty() == [turn]
    assert turns.take_dirty() == []


async def test_the_start_of_a_part_is_published_before_its_text() -> None:
    published: list[ChatEvent] = []
    _, turn = begin(published)
    turn.start("0.0", "text", attempt=100)
    turn.write("0.0", "Hello")
    turn.flush()
    assert [type(event.data) for event in published] == [PartStarted, PartDelta]
