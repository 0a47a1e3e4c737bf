"""Stores events in the transaction of the change they describe, and reads them by cursor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_returning
from chat_app.db.tables import ChatEventRow, ChatSessionRow
from chat_app.domain.events import ChatEvent, DurableData, durable_data


async def reserve(tx: Transaction, session_id: str, *, count: int) -> int:
    """Reserve the session's next `count` seqs and return the first. Other writers wait for the commit."""
    statement = (
        update(ChatSessionRow)
        .where(col(ChatSessionRow.id) == session_id)
        .values(last_seq=ChatSessionRow.last_seq + count)
        .returning(col(ChatSessionRow.last_seq))
    )
    last: int = (await tx.session.exec(statement)).scalar_one()
    return last - count + 1


async def append(
    tx: Transaction,
    workspace_id: str,
    session_id: str,
    data: Sequence[DurableData],
    *,
    at: datetime,
    turn_id: str | None = None,
    first_seq: int | None = None,
) -> list[ChatEvent]:
    """Append events to a session. They are published after the commit.

    Args:
        tx: The transaction of the change.
        workspace_id: The session's workspace.
        session_id: The session.
        data: What happened, in order.
        at: When it happened.
        turn_id: The turn that the events belong to, if any.
        first_seq: The first of the seqs that the caller has reserved; None reserves them here.

    Returns:
        The events with their seq and position.
    """
    seq = first_seq if first_seq is not None else await reserve(tx, session_id, count=len(data))
    values = [
        {
            "session_id": session_id,
            "workspace_id": workspace_id,
            "seq": seq + index,
            "turn_id": turn_id,
            "data": durable_data.dump_python(item, mode="json"),
            "created_at": at,
        }
        for index, item in enumerate(data)
    ]
    positions = await insert_returning(tx, ChatEventRow, values, key="position")
    events = [
        ChatEvent(
            session_id=session_id,
            workspace_id=workspace_id,
            seq=seq + index,
            position=position,
            turn_id=turn_id,
            data=item,
            created_at=at,
        )
        for index, (position, item) in enumerate(zip(positions, data, strict=True))
    ]
    tx.events.extend(events)
    return events


async def after(tx: Transaction, session_id: str, *, seq: int, limit: int) -> list[ChatEvent]:
    """Return a session's events after `seq`, oldest first."""
    statement = (
        select(ChatEventRow)
        .where(ChatEventRow.session_id == session_id, ChatEventRow.seq > seq)
        .order_by(col(ChatEventRow.seq))
        .limit(limit)
    )
    return [_event(row) for row in await tx.session.exec(statement)]


async def after_position(tx: Transaction, workspace_id: str, *, position: int, limit: int) -> list[ChatEvent]:
    """Return a workspace's events after `position`, of all sessions in one order."""
    statement = (
        select(ChatEventRow)
        .where(ChatEventRow.workspace_id == workspace_id, col(ChatEventRow.position) > position)
        .order_by(col(ChatEventRow.position))
        .limit(limit)
    )
    return [_event(row) for row in await tx.session.exec(statement)]


async def last_position(tx: Transaction, workspace_id: str) -> int:
    """Return the position of the workspace's newest event, 0 when there is none."""
    statement = (
        select(ChatEventRow.position)
        .where(ChatEventRow.workspace_id == workspace_id)
        .order_by(col(ChatEventRow.position).desc())
        .limit(1)
    )
    return (await tx.session.exec(statement)).first() or 0


async def prune(tx: Transaction, session_id: str, *, keep: int) -> None:
    """Delete all but the newest `keep` events of a session."""
    last = select(ChatSessionRow.last_seq).where(ChatSessionRow.id == session_id).scalar_subquery()
    await tx.session.exec(
        delete(ChatEventRow).where(col(ChatEventRow.session_id) == session_id, col(ChatEventRow.seq) <= last - keep)
    )


async def deleted_sessions(tx: Transaction, *, before: datetime, limit: int) -> list[str]:
    """Return ids of deleted sessions whose last event is older than a time. The query reads every event."""
    statement = (
        select(ChatEventRow.session_id)
        .outerjoin(ChatSessionRow, col(ChatSessionRow.id) == col(ChatEventRow.session_id))
        .where(col(ChatSessionRow.id).is_(None))
        .group_by(col(ChatEventRow.session_id))
        .having(func.max(ChatEventRow.created_at) < before)
        .limit(limit)
    )
    return list(await tx.session.exec(statement))


async def delete_of_deleted(tx: Transaction, session_ids: Sequence[str]) -> int:
    """Delete the events of these sessions, unless a session was created with the id meanwhile; return their number."""
    existing = select(ChatSessionRow.id).where(col(ChatSessionRow.id).in_(session_ids))
    where = (col(ChatEventRow.session_id).in_(session_ids), col(ChatEventRow.session_id).not_in(existing))
    return (await tx.session.exec(delete(ChatEventRow).where(*where))).rowcount


async def delete_all(tx: Transaction, session_id: str) -> None:
    """Delete every event of a session."""
    await tx.session.exec(delete(ChatEventRow).where(col(ChatEventRow.session_id) == session_id))


def _event(row: ChatEventRow) -> ChatEvent:
    assert row.position is not None
    return ChatEvent(
        session_id=row.session_id,
        workspace_id=row.workspace_id,
        seq=row.seq,
        position=row.position,
        turn_id=row.turn_id,
        data=durable_data.validate_python(_upgraded(row)),
        created_at=row.created_at,
    )


def _upgraded(row: ChatEventRow) -> dict[str, Any]:
    """Return an event's data with the fields that turns did not have when older events were stored."""
    turn: dict[str, Any] | None = row.data.get("turn")
    return row.data if turn is None else {**row.data, "turn": {"workspace_id": row.workspace_id, **turn}}
