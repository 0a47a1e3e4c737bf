"""How a turn ends and the next one begins: the rules that a stop and a turn's own end share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chat_app.db import events, messages, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.events import (
    DurableData,
    PartCompleted,
    TurnCancelled,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from chat_app.domain.parts import ErrorPart, Part, ReasoningPart, TextPart, put_part, text_of
from chat_app.domain.sessions import PREVIEW_LENGTH
from chat_app.domain.turns import OpenPart, Turn, TurnStatus
from chat_app.services.runtime import now


async def end_turn(
    tx: Transaction, workspace_id: str, turn: Turn, *, last_parts: Sequence[Part] = (), keep_events: int
) -> str | None:
    """End a turn in the status that it has now, and claim the session's next one.

    Args:
        tx: The transaction.
        workspace_id: The session's workspace.
        turn: The turn with its final status.
        last_parts: Parts to settle with the end: what was open, and the error if there was one.
        keep_events: How many of the session's events to keep.

    Returns:
        The id of the turn that is to be started after the commit, or None.
    """
    at = turn.finished_at or now()
    ended = turn.model_copy(update={"finished_at": at, "delay": None})
    await turns.save(tx, ended)
    await turns.drop_open_parts(tx, turn.id)
    await settle_parts(tx, workspace_id, turn, last_parts)
    answer = await messages.get(tx, turn.assistant_message_id)
    # An answer without a word leaves the question as what was said last.
    preview = preview_of(answer.parts if answer else ())
    said = {"preview": preview, "preview_role": "assistant"} if preview else {}
    appended = await events.append(tx, workspace_id, turn.session_id, [_last_event(ended)], at=at, turn_id=turn.id)
    await messages.change(tx, turn.assistant_message_id, arrived_seq=appended[0].seq)
    await sessions.change(tx, turn.session_id, last_activity_at=at, **said)
    await events.prune(tx, turn.session_id, keep=keep_events)
    return await claim_next(tx, workspace_id, turn.session_id)


def _last_event(turn: Turn) -> DurableData:
    match turn.status:
        case TurnStatus.COMPLETED:
            return TurnCompleted(turn=turn)
        case TurnStatus.FAILED:
            return TurnFailed(turn=turn)
        case TurnStatus.CANCELLED:
            return TurnCancelled(turn=turn)
        case _:
            raise ValueError(f"a turn can't end as {turn.status}")


async def claim_next(tx: Transaction, workspace_id: str, session_id: str) -> str | None:
    """Mark the session's oldest waiting turn as running, unless one is at work; return its id."""
    waiting = await turns.unfinished(tx, session_id)
    if not waiting or waiting[0].status != TurnStatus.QUEUED:
        return None
    at = now()
    turn = claimed(waiting[0], at=at)
    await turns.save(tx, turn)
    await events.append(tx, workspace_id, session_id, [started(turn)], at=at, turn_id=turn.id)
    return turn.id


def claimed(turn: Turn, *, at: datetime) -> Turn:
    """Return a waiting turn as one that runs from now on."""
    return turn.model_copy(update={"status": TurnStatus.RUNNING, "attempt": 1, "started_at": at})


def unclaimed(turn: Turn) -> Turn:
    """Return the turn as it was before it was claimed."""
    return turn.model_copy(update={"status": TurnStatus.QUEUED, "attempt": 0, "started_at": None})


def started(turn: Turn) -> TurnStarted:
    """Return the event that says that a turn runs."""
    assert turn.started_at is not None, "a turn that runs has been claimed"
    return TurnStarted(attempt=turn.attempt, started_at=turn.started_at, resumed_at=turn.resumed_at)


async def settle_parts(tx: Transaction, workspace_id: str, turn: Turn, parts: Sequence[Part]) -> list[Part]:
    """Keep the parts that are not kept yet, with an event for each; return those that are new."""
    answer = await messages.get(tx, turn.assistant_message_id)
    if answer is None:
        return []
    known = {part.id for part in answer.parts}
    new = [part for part in parts if part.id not in known]
    if not new:
        return []
    await messages.add_parts(tx, workspace_id, answer.id, new)
    await turns.drop_open_parts(tx, turn.id, part_ids=[part.id for part in new])
    if any(isinstance(part, TextPart) for part in new):
        kept = answer.parts
        for part in new:
            kept = put_part(kept, part)
        await messages.change(tx, answer.id, content=text_of(kept))
    data = [PartCompleted(message_id=answer.id, part=part) for part in new]
    await events.append(tx, workspace_id, turn.session_id, data, at=now(), turn_id=turn.id)
    return new


def parts_of_open(open_parts: Sequence[OpenPart]) -> list[Part]:
    """Return what was seen of open parts as parts; a tool call that is not whole is dropped."""
    parts: list[Part] = []
    for part in open_parts:
        if part.type == "text" and part.text:
            parts.append(TextPart(id=part.id, text=part.text))
        elif part.type == "reasoning" and part.text:
            seconds = (now() - part.started_at).total_seconds()
            parts.append(ReasoningPart(id=part.id, text=part.text, duration=round(seconds, 3)))
    return parts


def preview_of(parts: Sequence[Part]) -> str:
    """Return the start of a message on one line, as a session's row shows it."""
    errors = [part.text for part in parts if isinstance(part, ErrorPart)]
    text = text_of(parts) or " ".join(errors)
    return " ".join(text[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH]
