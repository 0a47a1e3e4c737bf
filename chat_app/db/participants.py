"""Stores the participants of shared sessions, and who added and removed them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ScalarSelect, delete, func
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows, upsert_rows
from chat_app.db.tables import AccountRow, ChatMessageRow, ParticipantChangeRow, ParticipantRow
from chat_app.domain.sessions import Participant, ParticipantChange, ParticipantRole, Person, sort_participants


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


async def save_changes(
    tx: Transaction, workspace_id: str, session_id: str, changes: Collection[ParticipantChange], *, keep: int
) -> None:
    """Store who was added and removed by whom, and delete all but the newest `keep` of a session."""
    rows = [
        {
            "session_id": session_id,
            "seq": change.seq,
            "workspace_id": workspace_id,
            "kind": change.kind,
            "user_id": change.person.id,
            "user_name": change.person.name,
            "by_id": change.by.id,
            "by_name": change.by.name,
            "created_at": change.at,
        }
        for change in changes
    ]
    await insert_rows(tx, ParticipantChangeRow, rows)
    of_session = col(ParticipantChangeRow.session_id) == session_id
    newest_first = col(ParticipantChangeRow.seq).desc()
    old = select(ParticipantChangeRow.seq).where(of_session).order_by(newest_first).offset(keep).limit(1)
    await tx.session.exec(
        delete(ParticipantChangeRow).where(of_session, col(ParticipantChangeRow.seq) <= old.scalar_subquery())
    )


async def changes(
    tx: Transaction, session_id: str, *, first: str | None = None, last: str | None = None
) -> tuple[ParticipantChange, ...]:
    """Return who was added to a session and removed from it, oldest first.

    Args:
        tx: The transaction.
        session_id: The session.
        first: Only changes after this message.
        last: Only changes before the message that follows this one.
    """
    statement = select(ParticipantChangeRow).where(ParticipantChangeRow.session_id == session_id)
    if first is not None:
        statement = statement.where(col(ParticipantChangeRow.seq) > _seq_of(session_id, first))
    if last is not None:
        next_seq = (
            select(func.min(ChatMessageRow.seq))
            .where(ChatMessageRow.chat_session_id == session_id, col(ChatMessageRow.seq) > _seq_of(session_id, last))
            .scalar_subquery()
        )
        statement = statement.where(col(ParticipantChangeRow.seq) < next_seq)
    rows = await tx.session.exec(statement.order_by(col(ParticipantChangeRow.seq)))
    return tuple(
        ParticipantChange(
            seq=row.seq,
            kind="added" if row.kind == "added" else "removed",
            person=Person(id=row.user_id, name=row.user_name),
            by=Person(id=row.by_id, name=row.by_name),
            at=row.created_at,
        )
        for row in rows
    )


def _seq_of(session_id: str, message_id: str) -> ScalarSelect[int]:
    where = (ChatMessageRow.chat_session_id == session_id, ChatMessageRow.id == message_id)
    return select(ChatMessageRow.seq).where(*where).scalar_subquery()


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
