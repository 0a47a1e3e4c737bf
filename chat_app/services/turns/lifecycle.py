"""Stores the end of a turn and the start of the next one, for turns that end by themselves and for stopped ones."""

from __future__ import annotations

from collections.abc import Sequence

from chat_app.db import events, messages, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.events import PartCompleted
from chat_app.domain.parts import Part, TextPart, put_part, text_of
from chat_app.domain.turn_events import ended_event, started_event
from chat_app.domain.turns import Turn, TurnStatus
from chat_app.services.runtime import now


async def store_end(tx: Transaction, turn: Turn, *, last_parts: Sequence[Part] = (), keep_events: int) -> str | None:
    """Store a turn that has ended, and claim the next turn of its session.

    Args:
        tx: The transaction.
        turn: The ended turn.
        last_parts: Parts to add to its answer: text that was interrupted, and the error if there was one.
        keep_events: How many events of the session to keep.

    Returns:
        The id of the turn to start after the commit, or None.
    """
    at = turn.finished_at
    assert at is not None, "a turn that has ended knows when"
    await turns.save(tx, turn)
    await turns.delete_open_parts(tx, turn.id)
    await store_parts(tx, turn, last_parts)
    answer = await messages.get(tx, turn.assistant_message_id)
    # When the answer is empty, the session list goes on showing the question.
    preview = answer.preview if answer is not None else ""
    changes = {"preview": preview, "preview_role": "assistant"} if preview else {}
    appended = await events.append(tx, turn.workspace_id, turn.session_id, [ended_event(turn)], at=at, turn_id=turn.id)
    await messages.update(tx, turn.assistant_message_id, arrived_seq=appended[0].seq)
    await sessions.update(tx, turn.session_id, last_activity_at=at, **changes)
    await events.prune(tx, turn.session_id, keep=keep_events)
    return await claim_next(tx, turn.session_id)


async def claim_next(tx: Transaction, session_id: str) -> str | None:
    """Mark the oldest queued turn of a session as running, unless another one is running.

    Returns:
        The id of the claimed turn, or None.
    """
    unfinished = await turns.unfinished(tx, session_id)
    if not unfinished or unfinished[0].status != TurnStatus.QUEUED:
        return None
    at = now()
    turn = unfinished[0].claimed(at=at)
    await turns.save(tx, turn)
    await events.append(tx, turn.workspace_id, session_id, [started_event(turn)], at=at, turn_id=turn.id)
    return turn.id


async def store_parts(tx: Transaction, turn: Turn, parts: Sequence[Part]) -> None:
    """Add complete parts to a turn's answer, with an event for each. Parts that are stored already are skipped."""
    answer = await messages.get(tx, turn.assistant_message_id)
    if answer is None:
        return
    stored_ids = {part.id for part in answer.parts}
    new = [part for part in parts if part.id not in stored_ids]
    if not new:
        return
    await messages.add_parts(tx, turn.workspace_id, answer.id, new)
    await turns.delete_open_parts(tx, turn.id, part_ids=[part.id for part in new])
    if any(isinstance(part, TextPart) for part in new):
        all_parts = answer.parts
        for part in new:
            all_parts = put_part(all_parts, part)
        await messages.update(tx, answer.id, content=text_of(all_parts))
    data = [PartCompleted(message_id=answer.id, part=part) for part in new]
    await events.append(tx, turn.workspace_id, turn.session_id, data, at=now(), turn_id=turn.id)
