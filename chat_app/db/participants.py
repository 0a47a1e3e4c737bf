"""Stores the participants of shared sessions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import upsert_rows
from chat_app.db.tables import AccountRow, ParticipantRow
from chat_app.domain.sessions import Participant, ParticipantRole, sort_participants


async def all_of(tx: Transaction, session_id: str) -> tuple[Participant, ...]:
    """Return a session's participants, its owner first, with one query."""
    statement = (
        select(ParticipantRow, AccountRow.name, AccountRow.email)
        .join(AccountRow, col(AccountRow.id) == col(ParticipantRow.user_id))
        .where(ParticipantRow.session_id == session_id)
    )
    return sort_participants(
        Participant(id=row.user_id, name=name, email=email, role=ParticipantRole(row.role), joined_at=row.joined_at)
        for row, name, email in (await tx.session.exec(statement)).all()
    )


async def includes(tx: Transaction, session_id: str, user_id: str) -> bool:
    """Whether the person is a participant of the session."""
    statement = select(ParticipantRow.user_id).where(_is(session_id, user_id))
    return (await tx.session.exec(statement)).first() is not None


async def sessions_of(tx: Transaction, user_id: str, session_ids: Collection[str]) -> set[str]:
    """Return the ones of these sessions in which the person participates."""
    statement = select(ParticipantRow.session_id).where(
        ParticipantRow.user_id == user_id, col(ParticipantRow.session_id).in_(session_ids)
    )
    return set(await tx.session.exec(statement))


async def save(
    tx: Transaction, workspace_id: str, session_id: str, user_id: str, *, role: ParticipantRole, at: datetime
) -> None:
    """Store a participant, or a new role of an existing one."""
    row = {
        "session_id": session_id,
        "user_id": user_id,
        "workspace_id": workspace_id,
        "role": role,
        "joined_at": at,
    }
    await upsert_rows(tx, ParticipantRow, [row])


async def remove(tx: Transaction, session_id: str, user_id: str) -> None:
    """Remove a person from a session."""
    await tx.session.exec(delete(ParticipantRow).where(_is(session_id, user_id)))


async def groups_of(tx: Transaction, workspace_id: str, user_id: str) -> list[str]:
    """Return the ids of a workspace's sessions in which a person participates."""
    where = (ParticipantRow.workspace_id == workspace_id, ParticipantRow.user_id == user_id)
    return list(await tx.session.exec(select(ParticipantRow.session_id).where(*where)))


async def remove_all(tx: Transaction, session_id: str) -> None:
    """Remove all participants from a session."""
    await tx.session.exec(delete(ParticipantRow).where(col(ParticipantRow.session_id) == session_id))


def _is(session_id: str, user_id: str) -> ColumnElement[bool]:
    return (col(ParticipantRow.session_id) == session_id) & (col(ParticipantRow.user_id) == user_id)
