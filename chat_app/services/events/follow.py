"""Follows sessions: the events that a reader missed, then new ones as they happen, without gaps.

Each stream subscribes before it reads the database, so no event is lost in between. Events that arrive twice are
dropped by the stream's cursor.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from chat_app.db import events, sessions, turns
from chat_app.domain.actor import Actor
from chat_app.domain.errors import NotFound
from chat_app.domain.events import (
    LAST_OF_A_TURN,
    ChatEvent,
    LiveData,
    PartStarted,
    StreamReset,
    TurnStarted,
    TypingStarted,
    TypingStopped,
)
from chat_app.domain.sessions import ChatSession
from chat_app.domain.turns import TurnStatus
from chat_app.services import access
from chat_app.services.events.filter import SessionEventFilter, WorkspaceEventFilter
from chat_app.services.events.hub import BACKLOG_BYTES
from chat_app.services.events.presence import TabView
from chat_app.services.runtime import current, now

BATCH = 100
"""Number of events per query when a reader catches up; each may have the text of a whole message."""


async def follow_session(
    actor: Actor, session_id: str, *, after: int | None = None, view: TabView | None = None
) -> AsyncGenerator[Sequence[ChatEvent]]:
    """Yield the events of a session in batches. An empty batch is a heartbeat.

    The first batch has the events that the reader missed and the open parts of a running answer. A cursor that is too
    old, after which too much happened, or that belongs to a deleted session of the same id, gets `stream.reset`
    instead. The stream ends after the
    event that deletes the session or ends the actor's access to it.

    Args:
        actor: The follower.
        session_id: The session.
        after: The seq of the last event that the reader has; None starts with the next event.
        view: The actor's view of the session, which other followers see in the list of present people.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    runtime = current()
    with ExitStack() as stack:
        subscription = stack.enter_context(runtime.hub.session(session_id))
        caught_up = await _catch_up(actor, session_id, after)
        event_filter, cursor = caught_up.event_filter, caught_up.cursor
        if view is not None:
            stack.enter_context(runtime.presence.viewing(event_filter.session, actor, view))
        yield caught_up.batch
        while event_filter.is_open:
            received = await subscription.receive()
            if received is None:
                try:
                    caught_up = await _catch_up(actor, session_id, cursor)
                except NotFound:
                    # The event that ended the access is among the lost ones.
                    return
                event_filter, batch, cursor = caught_up
            else:
                new = event_filter.visible([event for event in received if not event.durable or event.seq > cursor])
                cursor = max((event.seq for event in new), default=cursor)
                batch = _with_typing(event_filter.session, new)
            yield batch


class _CaughtUp(NamedTuple):
    event_filter: SessionEventFilter
    batch: Sequence[ChatEvent]
    """The events that the reader missed, and the present live state as events."""
    cursor: int


async def _catch_up(actor: Actor, session_id: str, after: int | None) -> _CaughtUp:
    """Read what a reader missed after a cursor; None reads only the live state."""
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        participates = await access.participates(tx, actor, session)
        last = await sessions.last_seq(tx, session_id)
        cursor = last if after is None else after
        missed: list[ChatEvent] = []
        size = 0
        while cursor < last and size <= BACKLOG_BYTES:
            batch = await events.after(tx, session_id, seq=cursor, limit=BATCH)
            if not batch or batch[0].seq != cursor + 1:
                break
            missed += batch
            size += sum(event.size for event in batch)
            cursor = batch[-1].seq
        unfinished = await turns.unfinished(tx, session_id)
    if cursor != last:
        missed = [_live_event(session, StreamReset(cursor=last))]
    if any(turn.status == TurnStatus.RUNNING for turn in unfinished):
        missed.append(_live_event(session, TypingStarted(agent_key=session.agent_key)))
    missed += [
        _live_event(session, PartStarted(part=part), turn_id=part.turn_id)
        for part in current().live.open_parts_of(session_id)
    ]
    missed += [_live_event(session, data) for data in current().presence.present_events(session_id)]
    event_filter = SessionEventFilter(actor, session, participates=participates)
    return _CaughtUp(event_filter, batch=missed, cursor=last)


def _with_typing(session: ChatSession, batch: Sequence[ChatEvent]) -> list[ChatEvent]:
    """Add typing events: after a turn's start and before its end, which stays the last event of the turn."""
    extended: list[ChatEvent] = []
    for event in batch:
        if event.type in LAST_OF_A_TURN:
            extended.append(_live_event(session, TypingStopped(agent_key=session.agent_key)))
        extended.append(event)
        if isinstance(event.data, TurnStarted):
            extended.append(_live_event(session, TypingStarted(agent_key=session.agent_key)))
    return extended


def _live_event(session: ChatSession, data: LiveData, *, turn_id: str | None = None) -> ChatEvent:
    return ChatEvent(
        session_id=session.id, workspace_id=session.workspace_id, turn_id=turn_id, data=data, created_at=now()
    )


async def follow_workspace(actor: Actor, *, after: int | None = None) -> AsyncGenerator[Sequence[ChatEvent]]:
    """Yield the durable events of all sessions that the actor may read, in one order. Empty batches are heartbeats.

    Pruned events are missing: a reader that was away for long sees a gap in a session's seqs, and takes a snapshot.

    Args:
        actor: The follower.
        after: The position of the last event that the reader has; None starts with the next event.
    """
    runtime = current()
    event_filter = WorkspaceEventFilter(actor)
    with runtime.hub.workspace(actor.workspace_id) as subscription:
        async with runtime.db.read() as tx:
            last = await events.last_position(tx, actor.workspace_id)
        cursor = last if after is None else min(after, last)
        behind = cursor < last
        # At once, so that the reader knows it is connected.
        yield []
        while True:
            if behind:
                async with runtime.db.read() as tx:
                    batch = await events.after_position(tx, actor.workspace_id, position=cursor, limit=BATCH)
                behind = len(batch) == BATCH
            else:
                received = await subscription.receive()
                behind = received is None
                batch = [event for event in received or () if event.position > cursor]
            cursor = max((event.position for event in batch), default=cursor)
            yield await event_filter.visible(batch)


async def last_position(actor: Actor) -> int:
    """Return the position of the newest event of the actor's workspace, from which to follow after a snapshot."""
    async with current().db.read() as tx:
        return await events.last_position(tx, actor.workspace_id)
