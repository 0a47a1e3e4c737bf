"""Stores the end of a turn and the start of the next one, for turns that end by themselves and for interrupted ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat_app.agents.run.live import LiveTurn
from chat_app.db import events, messages, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.events import PartCompleted
from chat_app.domain.parts import ErrorPart, Part, TextPart, part_order, put_part, text_of
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turn_events import ended_event, started_event
from chat_app.domain.turns import Turn, TurnStatus, finished_parts
from chat_app.services.runtime import current, now
from chat_app.services.turns.asker import why_not_for_asker


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
    await _store_end(tx, turn, last_parts)
    next_id = await claim_next(tx, turn.session_id)
    await events.prune(tx, turn.session_id, keep=keep_events)
    return next_id


async def _store_end(tx: Transaction, turn: Turn, last_parts: Sequence[Part]) -> None:
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


async def claim_next(tx: Transaction, session_id: str) -> str | None:
    """Mark the oldest queued turn of a session as running, unless another one is running.

    Turns whose askers may no longer ask end instead, with an error that says why.

    Returns:
        The id of the claimed turn, or None.
    """
    unfinished = await turns.unfinished(tx, session_id)
    if any(turn.status != TurnStatus.QUEUED for turn in unfinished):
        return None
    for turn in unfinished:
        reason = await why_not_for_asker(tx, turn)
        if reason is not None:
            error = _access_lost("0.0", f"Not run: {reason}.")
            await _store_end(tx, _failed(turn, error), [error])
            continue
        at = now()
        claimed = turn.claimed(at=at)
        await turns.save(tx, claimed)
        await events.append(tx, turn.workspace_id, session_id, [started_event(claimed)], at=at, turn_id=turn.id)
        return turn.id
    return None


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """A running turn that a transaction has ended."""

    turn: Turn
    live: LiveTurn | None
    next_id: str | None
    """The turn to start after the commit."""

    async def finish(self) -> None:
        """Stop the work of the turn and start the next one, after the commit.

        The commit keeps the turn from writing anything more.
        """
        if self.live is not None:
            self.live.stop()
        if self.next_id is not None:
            await current().runner.start(self.next_id)


async def cancel(tx: Transaction, running: Turn) -> Interruption:
    """End a running turn because a person stopped it, and keep the text that was written so far."""
    live, written = await _take_written(tx, running)
    stopped = running.cancelled(at=now())
    return await _store_interruption(tx, stopped, live, written)


async def end_without_access(tx: Transaction, running: Turn, *, reason: str) -> Interruption:
    """End a running turn because its asker may no longer ask, and keep the text that was written so far.

    Args:
        tx: The transaction.
        running: The turn.
        reason: A clause that begins with the asker's name, without a full stop.
    """
    live, written = await _take_written(tx, running)
    answer = await messages.get(tx, running.assistant_message_id)
    ids = [part.id for part in (*(answer.parts if answer is not None else ()), *written)]
    last = max((part_order(part_id) for part_id in ids), default=(-1,))
    error = _access_lost(f"{last[0] + 1}.0", f"Stopped: {reason}.")
    return await _store_interruption(tx, _failed(running, error), live, [*written, error])


async def end_all_of(tx: Transaction, workspace_id: str, user_id: str, *, reason: str) -> list[Interruption]:
    """End the turns that run in a workspace for a person who may no longer ask there.

    Args:
        tx: The transaction that removes the person or changes their role; what it does before this counts.
        workspace_id: The workspace.
        user_id: The person.
        reason: A clause that begins with the person's name, without a full stop.
    """
    return [
        await end_without_access(tx, turn, reason=reason) for turn in await turns.at_work_for(tx, workspace_id, user_id)
    ]


async def _take_written(tx: Transaction, running: Turn) -> tuple[LiveTurn | None, list[Part]]:
    live = current().live.get(running.id)
    open_parts = live.close() if live is not None else await turns.open_parts(tx, [running.id])
    return live, finished_parts(open_parts, at=now())


async def _store_interruption(
    tx: Transaction, ended: Turn, live: LiveTurn | None, last_parts: Sequence[Part]
) -> Interruption:
    keep = current().settings.max_session_events
    next_id = await store_end(tx, ended, last_parts=last_parts, keep_events=keep)
    return Interruption(turn=ended, live=live, next_id=next_id)


def _failed(turn: Turn, error: ErrorPart) -> Turn:
    return turn.failed(at=now(), usage=turn.usage, error_code=error.code)


def _access_lost(part_id: str, text: str) -> ErrorPart:
    return ErrorPart(id=part_id, code=TurnErrorCode.ACCESS_LOST, text=text)


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
