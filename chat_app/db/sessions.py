"""Stores sessions, and reads the session list of a person."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import and_, case, exists, func, literal, or_, tuple_
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import (
    ChatMessageRow,
    ChatSessionRow,
    ParticipantRow,
    ReadCursorRow,
    TurnRow,
    UtcDateTime,
)
from chat_app.domain.errors import Invalid
from chat_app.domain.ids import Id
from chat_app.domain.pages import Page
from chat_app.domain.sessions import (
    ChatSession,
    Origin,
    SessionFilter,
    SessionStatus,
    SessionSummary,
    TitleSource,
    Visibility,
)

Condition = ColumnElement[bool]
"""A condition on rows of `chat_session`; opaque outside of `db`."""


async def insert(tx: Transaction, session: ChatSession) -> None:
    """Store a new session."""
    await insert_rows(tx, ChatSessionRow, [session.model_dump(mode="python")])


async def get(tx: Transaction, session_id: str) -> ChatSession | None:
    """Return the session, or None."""
    row = await tx.session.get(ChatSessionRow, session_id)
    return None if row is None else _session(row)


async def get_many(tx: Transaction, session_ids: Collection[str]) -> dict[str, ChatSession]:
    """Return the existing ones of these sessions, by id."""
    rows = await tx.session.exec(select(ChatSessionRow).where(col(ChatSessionRow.id).in_(session_ids)))
    return {row.id: _session(row) for row in rows}


async def update(tx: Transaction, session_id: str, **values: Any) -> None:
    """Set columns of a session."""
    await tx.session.exec(update_rows(ChatSessionRow).where(col(ChatSessionRow.id) == session_id).values(**values))


async def delete(tx: Transaction, session_id: str) -> None:
    """Delete a session with its messages, parts, turns and read cursors."""
    await tx.session.exec(delete_rows(ChatSessionRow).where(col(ChatSessionRow.id) == session_id))
    await tx.erase()


async def last_seq(tx: Transaction, session_id: str) -> int:
    """Return the seq of the session's newest event."""
    statement = select(ChatSessionRow.last_seq).where(ChatSessionRow.id == session_id)
    return (await tx.session.exec(statement)).one()


async def most_recent(tx: Transaction, readable: Condition, *, agent_key: str | None) -> str | None:
    """Return the id of the most recent active session, optionally of one agent."""
    statement = select(ChatSessionRow.id).where(readable, ChatSessionRow.status == SessionStatus.ACTIVE)
    if agent_key is not None:
        statement = statement.where(ChatSessionRow.agent_key == agent_key)
    statement = statement.order_by(col(ChatSessionRow.last_activity_at).desc(), col(ChatSessionRow.id).desc()).limit(1)
    return (await tx.session.exec(statement)).first()


def readable_by(workspace_id: str, user_id: str, *, hidden_agents: Sequence[str]) -> Condition:
    """Return the condition for sessions that a person may read: `domain.access.may_read_session` in SQL.

    Args:
        workspace_id: The person's workspace.
        user_id: The person.
        hidden_agents: Keys of the agents that the person may not read.
    """
    participates = (
        exists()
        .where(
            col(ParticipantRow.session_id) == col(ChatSessionRow.id),
            col(ParticipantRow.user_id) == user_id,
        )
        .correlate(ChatSessionRow)
    )
    visible_to_workspace = col(ChatSessionRow.visibility) == Visibility.WORKSPACE
    if hidden_agents:
        visible_to_workspace &= col(ChatSessionRow.agent_key).not_in(hidden_agents)
    return and_(
        col(ChatSessionRow.workspace_id) == workspace_id,
        or_(
            col(ChatSessionRow.creator_id) == user_id,
            visible_to_workspace,
            and_(col(ChatSessionRow.visibility) == Visibility.GROUP, participates),
        ),
    )


async def list_page(
    tx: Transaction,
    readable: Condition,
    user_id: str,
    where: SessionFilter,
    *,
    cursor: str | None,
    limit: int,
) -> Page[SessionSummary]:
    """Return a page of the session list, most recent activity first.

    Args:
        tx: The transaction.
        readable: From `readable_by`.
        user_id: The person whose unread messages are counted.
        where: Conditions on the list.
        cursor: The cursor of the previous page; None returns the first page.
        limit: Maximum number of sessions.
    """
    statement = select(ChatSessionRow).where(readable, ChatSessionRow.status == where.status)
    if where.agent_key is not None:
        statement = statement.where(ChatSessionRow.agent_key == where.agent_key)
    if where.origin is not None:
        statement = statement.where(ChatSessionRow.origin == where.origin)
    if where.unread:
        statement = statement.where(_unread_count(user_id) > 0)
    if cursor is not None:
        at, last_id = _decode_cursor(cursor)
        place = tuple_(col(ChatSessionRow.last_activity_at), col(ChatSessionRow.id))
        statement = statement.where(place < tuple_(literal(at, UtcDateTime), last_id))
    statement = statement.order_by(col(ChatSessionRow.last_activity_at).desc(), col(ChatSessionRow.id).desc()).limit(
        limit + 1
    )
    rows = list(await tx.session.exec(statement))
    page = rows[:limit]
    return Page(
        items=await _summaries(tx, page, user_id), cursor=_encode_cursor(page[-1]) if len(rows) > limit else None
    )


async def summary(tx: Transaction, session_id: str, user_id: str) -> SessionSummary | None:
    """Return a session as the list shows it to a person, or None."""
    row = await tx.session.get(ChatSessionRow, session_id)
    return None if row is None else (await _summaries(tx, [row], user_id))[0]


async def unread_total(tx: Transaction, readable: Condition, user_id: str) -> int:
    """Return the number of active sessions with messages that the person has not read."""
    statement = (
        select(func.count())
        .select_from(ChatSessionRow)
        .where(readable, ChatSessionRow.status == SessionStatus.ACTIVE, _unread_count(user_id) > 0)
    )
    return (await tx.session.exec(statement)).one()


def _unread_count(user_id: str) -> ColumnElement[int]:
    """Count messages of others after the person's read cursor, in the session of the enclosing query."""
    read_seq = (
        select(ReadCursorRow.read_seq)
        .where(col(ReadCursorRow.session_id) == col(ChatSessionRow.id), ReadCursorRow.user_id == user_id)
        # Two levels below the session, where SQLAlchemy does not correlate by itself.
        .correlate(ChatSessionRow)
        .scalar_subquery()
    )
    return (
        select(func.count())
        .select_from(ChatMessageRow)
        .where(
            col(ChatMessageRow.chat_session_id) == col(ChatSessionRow.id),
            col(ChatMessageRow.arrived_seq) > func.coalesce(read_seq, 0),
            func.coalesce(col(ChatMessageRow.author_id), "") != user_id,
        )
        .correlate(ChatSessionRow)
        .scalar_subquery()
    )


async def _summaries(tx: Transaction, rows: Sequence[ChatSessionRow], user_id: str) -> list[SessionSummary]:
    """Return summaries, with two queries for any number of rows."""
    ids = [row.id for row in rows]
    unread_rows = await tx.session.exec(
        select(ChatSessionRow.id, _unread_count(user_id)).where(col(ChatSessionRow.id).in_(ids))
    )
    unread = dict(unread_rows.all())
    blocked = func.max(case((col(TurnRow.status) == "waiting", 1), else_=0))
    live_rows = await tx.session.exec(
        select(TurnRow.session_id, blocked)
        .where(col(TurnRow.session_id).in_(ids), col(TurnRow.status).in_(("queued", "running", "waiting")))
        .group_by(col(TurnRow.session_id))
    )
    live: dict[str, Literal["thinking", "blocked"]] = {
        session_id: "blocked" if is_blocked else "thinking" for session_id, is_blocked in live_rows.all()
    }
    return [
        SessionSummary(
            session=_session(row),
            preview=row.preview,
            preview_role="assistant" if row.preview_role == "assistant" else "user" if row.preview_role else None,
            unread=unread.get(row.id, 0),
            live=live.get(row.id, "idle"),
        )
        for row in rows
    ]


def _session(row: ChatSessionRow) -> ChatSession:
    return ChatSession(
        id=row.id,
        workspace_id=row.workspace_id,
        agent_key=row.agent_key,
        creator_id=row.creator_id,
        title=row.title,
        title_source=TitleSource(row.title_source),
        status=SessionStatus(row.status),
        origin=Origin.parse(row.origin),
        visibility=Visibility(row.visibility),
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_activity_at=row.last_activity_at,
    )


def _encode_cursor(row: ChatSessionRow) -> str:
    return base64.urlsafe_b64encode(_cursor_adapter.dump_json((row.last_activity_at, row.id))).decode()


def _decode_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        at, last_id = _cursor_adapter.validate_json(base64.urlsafe_b64decode(cursor))
        # Inside the try: conversion overflows for dates near the minimum and maximum.
        return at.astimezone(UTC), last_id
    except (ValueError, OverflowError) as error:
        raise Invalid("This cursor is invalid. Use the cursor of a previous page.", code="invalid_cursor") from error


_cursor_adapter: TypeAdapter[tuple[AwareDatetime, Id]] = TypeAdapter(tuple[AwareDatetime, Id])
