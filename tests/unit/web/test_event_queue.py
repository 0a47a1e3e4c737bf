"""What waits to be sent to a page is bounded in bytes, and so are the events of a page that wait to be handled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import pytest

from chat_app.web.event_queue import BATCH_BYTES, CountingApp, OutgoingQueue

MAX_BYTES = 1_000_000

pytestmark = pytest.mark.anyio


@dataclass
class FakePacket:
    data: str


def packet(size: int) -> FakePacket:
    return FakePacket("x" * size)


def queue_of(overflows: list[OutgoingQueue]) -> OutgoingQueue:
    return OutgoingQueue(max_bytes=MAX_BYTES, on_overflow=overflows.append)


async def test_packets_are_taken_in_the_order_in_which_they_were_put() -> None:
    queue = queue_of([])
    packets = [packet(1), packet(2), None]
    for each in packets:
        await queue.put(each)
    assert [await queue.get(), queue.get_nowait(), queue.get_nowait()] == packets


async def test_what_was_taken_counts_until_more_is_taken() -> None:
    queue = queue_of([])
    await queue.put(packet(10_000))
    waiting = queue.waiting_bytes
    await queue.get()
    assert queue.waiting_bytes == waiting > 10_000
    await queue.put(packet(1))
    await queue.get()
    assert queue.waiting_bytes < 10_000


async def test_no_more_than_one_batch_is_taken_at_once() -> None:
    queue = queue_of([])
    for _ in range(3):
        await queue.put(packet(BATCH_BYTES))
    await queue.get()
    with pytest.raises(asyncio.QueueEmpty):
        queue.get_nowait()
    assert await queue.get()


async def test_more_than_the_limit_drops_everything_and_is_reported_once() -> None:
    overflows: list[OutgoingQueue] = []
    queue = queue_of(overflows)
    for _ in range(50):
        await queue.put(packet(MAX_BYTES // 4))
    assert overflows == [queue]
    assert queue.empty()
    assert queue.waiting_bytes == 0
    await queue.put(None)
    assert await queue.get() is None, "the end of the connection is never dropped"


async def test_one_packet_may_be_larger_than_the_limit_when_nothing_else_waits() -> None:
    overflows: list[OutgoingQueue] = []
    queue = queue_of(overflows)
    await queue.put(packet(2 * MAX_BYTES))
    assert not overflows
    assert await queue.get()
    await queue.put(packet(1))
    assert overflows == [queue], "the large packet is still being sent"


async def test_a_page_with_too_many_events_in_work_is_disconnected() -> None:
    futures: list[asyncio.Future[None]] = []
    disconnected: list[str] = []

    class Processor:
        async def enqueue(self, _token: str, _event: object) -> asyncio.Future[None]:
            futures.append(asyncio.get_running_loop().create_future())
            return futures[-1]

    class App:
        event_processor = Processor()
        name = "of the app"

    app: Any = CountingApp(cast("Any", App()), max_events=2, on_excess=disconnected.append)
    for token in ("one", "one", "two", "one"):
        await app.event_processor.enqueue(token, None)
    assert disconnected == ["one"]
    assert len(futures) == 3
    futures[0].set_result(None)
    await asyncio.sleep(0)
    await app.event_processor.enqueue("one", None)
    assert disconnected == ["one"]
    assert app.name == "of the app"
