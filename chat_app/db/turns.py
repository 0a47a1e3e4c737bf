"""Stores turns and the open parts of running ones, and reads each session's queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows, upsert_rows
from chat_app.db.tables import OpenPartRow, TurnRow
from chat_app.domain.agents import Agent
from chat_app.domain.turns import Delay, EndReason, OpenPart, Turn, TurnStatus, Usage

AT_WORK = (TurnStatus.RUNNING, TurnStatus.WAITING)
UNFINISHED = (TurnStatus.QUEUED, *AT_WORK)


async def insert(tx: Transaction, turn: Turn, *, agent: Agent, asker_id: str) -> None:
    """Store a new turn.

    Args:
        tx: The transaction.
        turn: The turn.
        agent: Its agent, of which a snapshot is stored.
        asker_id: The person who sent the message or asked to try again.
    """
    values: dict[str, Any] = turn.model_dump(mode="python", exclude={"delay", "usage"})
    values |= {
        "agent_snapshot": agent.model_dump(mode="json"),
        "asker_id": asker_id,
        "usage": turn.usage.model_dump(mode="json"),
        "delay": turn.delay.model_dump(mode="json") if turn.delay else None,
    }
    await insert_rows(tx, TurnRow, [values])


async def get(tx: Transaction, turn_id: str) -> Turn | None:
    """Return the turn, or None."""
    row = await tx.session.get(TurnRow, turn_id)
    return None if row is None else _turn(row)


async def agent_of(tx: Transaction, turn_id: str) -> Agent:
    """Return the agent as it was when the turn was created."""
    row = await tx.session.get_one(TurnRow, turn_id)
    return Agent.model_validate(row.agent_snapshot)


async def asker_of(tx: Transaction, turn_id: str) -> str | None:
    """Return the id of the person who asked for the turn; None if it ended before this was stored."""
    return (await tx.session.exec(select(TurnRow.asker_id).where(TurnRow.id == turn_id))).first()


async def at_work_for(tx: Transaction, workspace_id: str, user_id: str) -> list[Turn]:
    """Return the turns that run in a workspace for a person."""
    statement = select(TurnRow).where(
        col(TurnRow.status).in_(AT_WORK), TurnRow.workspace_id == workspace_id, TurnRow.asker_id == user_id
    )
    return [_turn(row) for row in await tx.session.exec(statement)]


async def save(tx: Transaction, turn: Turn) -> None:
    """Store the fields of a turn that change during its life."""
    await tx.session.exec(
        update(TurnRow)
        .where(col(TurnRow.id) == turn.id)
        .values(
            status=turn.status,
            attempt=turn.attempt,
            resumed_at=turn.resumed_at,
            delay=turn.delay.model_dump(mode="json") if turn.delay else None,
            usage=turn.usage.model_dump(mode="json"),
            error_code=turn.error_code,
            end_reason=turn.end_reason,
            started_at=turn.started_at,
            finished_at=turn.finished_at,
        )
    )


async def by_answers(tx: Transaction, message_ids: Sequence[str]) -> list[Turn]:
    """Return the turns that wrote these messages."""
    statement = select(TurnRow).where(col(TurnRow.assistant_message_id).in_(message_ids))
    return [_turn(row) for row in await tx.session.exec(statement)]


async def unfinished(tx: Transaction, session_id: str) -> list[Turn]:
    """Return the session's turns that have not ended, in queue order."""
    statement = (
        select(TurnRow)
        .where(TurnRow.session_id == session_id, col(TurnRow.status).in_(UNFINISHED))
        .order_by(col(TurnRow.id))
    )
    return [_turn(row) for row in await tx.session.exec(statement)]


async def ids_in(tx: Transaction, session_id: str) -> list[str]:
    """Return the ids of all turns of a session."""
    return list(await tx.session.exec(select(TurnRow.id).where(TurnRow.session_id == session_id)))


async def existing(tx: Transaction, turn_ids: Sequence[str]) -> set[str]:
    """Return the ids of those of the turns that exist."""
    return set(await tx.session.exec(select(TurnRow.id).where(col(TurnRow.id).in_(turn_ids))))


async def all_unfinished(tx: Transaction) -> list[Turn]:
    """Return every turn that has not ended, oldest first."""
    statement = select(TurnRow).where(col(TurnRow.status).in_(UNFINISHED)).order_by(col(TurnRow.id))
    return [_turn(row) for row in await tx.session.exec(statement)]


async def save_open_parts(tx: Transaction, parts: Mapping[str, Sequence[OpenPart]]) -> None:
    """Store the open parts of running turns, replacing those of earlier checkpoints.

    Args:
        tx: The transaction.
        parts: Open parts by workspace id.
    """
    values = [
        {"turn_id": part.turn_id, "id": part.id, "workspace_id": workspace_id, "data": part.model_dump(mode="json")}
        for workspace_id, parts_there in parts.items()
        for part in parts_there
    ]
    await upsert_rows(tx, OpenPartRow, values)


async def open_parts(tx: Transaction, turn_ids: Sequence[str]) -> list[OpenPart]:
    """Return the open parts of these turns from the last checkpoint."""
    statement = select(OpenPartRow).where(col(OpenPartRow.turn_id).in_(turn_ids))
    return [OpenPart.model_validate(row.data) for row in await tx.session.exec(statement)]


async def delete_open_parts(tx: Transaction, turn_id: str, *, part_ids: Sequence[str] | None = None) -> None:
    """Delete a turn's stored open parts, all of them or those with the given ids."""
    statement = delete(OpenPartRow).where(col(OpenPartRow.turn_id) == turn_id)
    if part_ids is not None:
        statement = statement.where(col(OpenPartRow.id).in_(part_ids))
    await tx.session.exec(statement)


def _turn(row: TurnRow) -> Turn:
    return Turn(
        id=row.id,
        session_id=row.session_id,
        workspace_id=row.workspace_id,
        user_message_id=row.user_message_id,
        assistant_message_id=row.assistant_message_id,
        agent_key=row.agent_key,
        model=row.model,
        status=TurnStatus(row.status),
        attempt=row.attempt,
        resumed_at=row.resumed_at,
        delay=Delay.model_validate(row.delay) if row.delay else None,
        usage=Usage.model_validate(row.usage),
        error_code=row.error_code,
        end_reason=None if row.end_reason is None else EndReason(row.end_reason),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
