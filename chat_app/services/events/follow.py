"""Following sessions: what a reader missed, then what happens, without a gap and without an end.

Each stream subscribes first and reads second, so nothing falls between; what it gets twice is dropped by its cursor.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack

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
from chat_app.services.events.presence import TabView
from chat_app.services.runtime import current, now

BATCH = 500
"""Events read from the database at once when a reader catches up."""


async def follow_session(
    actor: Actor, session_id: str, *, after: int | None = None, look: TabView | None = None
) -> AsyncGenerator[Sequence[ChatEvent]]:
    """Yield what happens in a session, in batches; an empty batch is a heartbeat.

    The first batch is what the reader missed, then the open parts of a running answer; a cursor that is too old, or
    from another life of the session, gets `stream.reset` instead. The stream ends by itself when the session is
    deleted and when the actor may not read it any more; the last event is the one that says so.

    Args:
        actor: Who follows.
        session_id: The session.
        after: The seq of the last event that the reader has; None starts now.
        look: The actor's view of the session, of which the others are told while it is in sight.

    Raises:
        NotFound: There is no such session for the actor.
    """
    runtime = current()
    with ExitStack() as stack:
        subscription = stack.enter_context(runtime.hub.session(session_id))
        sight, batch, cursor = await _catch_up(actor, session_id, after)
        if look is not None:
            stack.enter_context(runtime.people.looking(sight.session, actor, look))
        yield batch
        while sight.lasts:
            taken = await subscription.take()
            if taken is None:
                try:
                    sight, batch, cursor = await _catch_up(actor, session_id, cursor)
                except NotFound:
                    # What said so is among what was lost.
                    return
            else:
                fresh = sight.of([event for event in taken if not event.durable or event.seq > cursor])
                cursor = max((event.seq for event in fresh), default=cursor)
                batch = _with_typing(sight.session, fresh)
            yield batch


async def _catch_up(
    actor: Actor, session_id: str, after: int | None
) -> tuple[SessionEventFilter, Sequence[ChatEvent], int]:
    """Return what the reader sees of the session, what they missed and what goes on now, and their new cursor."""
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        participates = await access.participates(tx, actor, session)
        last = await sessions.last_seq(tx, session_id)
        cursor = last if after is None else after
        missed: list[ChatEvent] = []
        while cursor < last:
            batch = await events.after(tx, session_id, seq=cursor, limit=BATCH)
            if not batch or batch[0].seq != cursor + 1:
                break
            missed += batch
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
    missed += [_live_event(session, data) for data in current().people.now(session_id)]
    return SessionEventFilter(actor, session, participates=participates), missed, last


def _with_typing(session: ChatSession, batch: Sequence[ChatEvent]) -> list[ChatEvent]:
    """Add the typing indicator: on after a turn's start, off before its end, which stays the turn's last event."""
    shown: list[ChatEvent] = []
    for event in batch:
        if event.type in LAST_OF_A_TURN:
            shown.append(_live_event(session, TypingStopped(agent_key=session.agent_key)))
        shown.append(event)
        if isinstance(event.data, TurnStarted):
            shown.append(_live_event(session, TypingStarted(agent_key=session.agent_key)))
    return shown


def _live_event(session: ChatSession, data: LiveData, *, turn_id: str | None = None) -> ChatEvent:
    return ChatEvent(
        session_id=session.id, workspace_id=session.workspace_id, turn_id=turn_id, data=data, created_at=now()
    )


async def follow_workspace(actor: Actor, *, after: int | None = None) -> AsyncGenerator[Sequence[ChatEvent]]:
    """Yield the durable events of all sessions that the actor may read, in one order; empty batches are heartbeats.

    Events that a session no longer keeps are left out: a reader that has been away for long sees a gap in that
    session's seqs and takes a snapshot of it.

    Args:
        actor: Who follows.
        after: The position of the last event that the reader has; None starts now.
    """
    runtime = current()
    sight = WorkspaceEventFilter(actor)
    with runtime.hub.workspace(actor.workspace_id) as subscription:
        async with runtime.db.read() as tx:
            last = await events.last_position(tx, actor.workspace_id)
        cursor = last if after is None else min(after, last)
        behind = cursor < last
        # At once, so that the reader knows that it is connected.
        yield []
        while True:
            if behind:
                async with runtime.db.read() as tx:
                    batch = await events.after_position(tx, actor.workspace_id, position=cursor, limit=BATCH)
                behind = len(batch) == BATCH
            else:
                taken = await subscription.take()
                behind = taken is None
                batch = [event for event in taken or () if event.position > cursor]
            cursor = max((event.position for event in batch), default=cursor)
            yield await sight.of(batch)


async def last_position(actor: Actor) -> int:
    """Return the position of the newest event of the actor's workspace: where to follow from after a snapshot."""
    async with current().db.read() as tx:
        return await events.last_position(tx, actor.workspace_id)
