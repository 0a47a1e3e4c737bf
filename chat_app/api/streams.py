"""Routes of server-sent events: `/v1/chat/{id}/events` and `/v1/events`.

A durable event has an `id`, so that `Last-Event-ID` resumes after it; a live event has none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from chat_app.api.actor import CurrentActor
from chat_app.domain.events import ChatEvent
from chat_app.domain.ids import Id
from chat_app.services.events.follow import follow_session, follow_workspace
from chat_app.services.events.presence import TabView

router = APIRouter(prefix="/v1", tags=["events"])

HEARTBEAT = b": heartbeat\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Prevents caches and proxies from buffering a stream."""

MAX_EVENT_NUMBER = 2**53 - 1
"""The largest integer that JavaScript represents exactly."""


class EventStream(StreamingResponse):
    """A stream of server-sent events."""

    media_type = "text/event-stream"


Cursor = Annotated[int | None, Query(ge=0, le=MAX_EVENT_NUMBER)]
LastEventId = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=MAX_EVENT_NUMBER)]


@router.get("/chat/{chat_id}/events", response_class=EventStream)
async def session_events(
    actor: CurrentActor,
    chat_id: Id,
    last_event_id: LastEventId = None,
    after: Cursor = None,
    looking: bool = False,
) -> EventStream:
    """Follow one session: first the events since `Last-Event-ID` (or `after`), then new ones as they happen.

    With `looking`, the other participants see that you are viewing the session while the stream is open.
    """
    view = TabView() if looking else None
    batches = follow_session(actor, chat_id, after=after if last_event_id is None else last_event_id, view=view)
    return await _respond(batches, lambda event: event.seq)


@router.get("/events", response_class=EventStream)
async def workspace_events(
    actor: CurrentActor,
    last_event_id: LastEventId = None,
    after: Cursor = None,
) -> EventStream:
    """Follow all sessions that you may read, without the text of running answers."""
    batches = follow_workspace(actor, after=after if last_event_id is None else last_event_id)
    return await _respond(batches, lambda event: event.position)


async def _respond(batches: AsyncIterator[Sequence[ChatEvent]], number: Callable[[ChatEvent], int]) -> EventStream:
    # The first batch is read here, so that an error becomes a response with a status and not a broken stream.
    first = await anext(batches)
    return EventStream(_frames(first, batches, number), headers=HEADERS)


async def _frames(
    first: Sequence[ChatEvent], batches: AsyncIterator[Sequence[ChatEvent]], number: Callable[[ChatEvent], int]
) -> AsyncIterator[bytes]:
    yield b"".join(_frame(event, number(event)) for event in first) or HEARTBEAT
    async for batch in batches:
        yield b"".join(_frame(event, number(event)) for event in batch) or HEARTBEAT


def _frame(event: ChatEvent, number: int) -> bytes:
    return format_sse_event(data_str=event.wire_json, event=event.type, id=str(number) if event.durable else None)
