"""Follows sessions until an event that a test waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from chat_app.domain.actor import LOCAL_OWNER, Actor
from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent
from chat_app.domain.transcript import Transcript
from chat_app.domain.turns import Turn
from chat_app.services.events.follow import follow_session
from chat_app.services.sessions.queries import open_session
from chat_app.services.turns.commands import SentMessage

PATIENCE = 20.0
"""Time limit in seconds."""


async def events_until(
    session_id: str, done: Callable[[ChatEvent], bool], *, after: int | None = 0, actor: Actor = LOCAL_OWNER
) -> list[ChatEvent]:
    """Return a session's events up to the first for which `done` is true."""
    seen: list[ChatEvent] = []
    async with asyncio.timeout(PATIENCE), aclosing(follow_session(actor, session_id, after=after)) as batches:
        async for batch in batches:
            for event in batch:
                seen.append(event)
                if done(event):
                    return seen
    raise AssertionError("the stream ended before the event")


async def wait_for_turn_end(
    session_id: str, *, turn_id: str | None = None, actor: Actor = LOCAL_OWNER
) -> list[ChatEvent]:
    """Return a session's events up to the end of a turn."""
    return await events_until(
        session_id,
        lambda event: event.type in LAST_OF_A_TURN and turn_id in (None, event.turn_id),
        actor=actor,
    )


def turn_of(sent: SentMessage) -> Turn:
    """Return the turn that answers a message."""
    assert sent.turn is not None, "no turn was created"
    return sent.turn


async def read_transcript(session_id: str, *, limit: int = 200) -> Transcript:
    """Return a fresh snapshot of a session."""
    return (await open_session(LOCAL_OWNER, session_id, limit=limit)).transcript
