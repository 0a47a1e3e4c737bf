"""Sessions: rows to domain objects and back, and the list that a person sees."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import and_, case, delete, exists, func, literal, or_, tuple_, update
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
"""A condition on the rows of `chat_session`, opaque to who passes it on."""


async def insert(tx: Transaction, session: ChatSession) -> None:
    """Store a new session."""
    await insert_rows(tx, ChatSessionRow, [session.model_dump(mode="python")])


async def get(tx: Transaction, session_id: str) -> ChatSession | None:
    """Return the session, or None."""
    row = await tx.session.get(ChatSessionRow, session_id)
    return None if row is None else _session(row)


async def get_many(tx: Transaction, session_ids: Collection[str]) -> dict[str, ChatSession]:
    """Return those of the sessions that there are, by their ids."""
    rows = await tx.session.exec(select(ChatSessionRow).where(col(ChatSessionRow.id).in_(session_ids)))
    return {row.id: _session(row) for row in rows}


async def change(tx: Transaction, session_id: str, **values: Any) -> None:
    """Set columns of a session."""
    await tx.session.exec(update(ChatSessionRow).where(col(ChatSessionRow.id) == session_id).values(**values))


async def remove(tx: Transaction, session_id: str) -> None:
    """Delete a session; messages, parts, turns and read cursors go with it."""
    await tx.session.exec(delete(ChatSessionRow).where(col(ChatSessionRow.id) == session_id))


async def last_seq(tx: Transaction, session_id: str) -> int:
    """Return the seq of the session's newest event."""
    statement = select(ChatSessionRow.last_seq).where(ChatSessionRow.id == session_id)
    return (await tx.session.exec(statement)).one()


async def most_recent(tx: Transaction, readable: Condition, *, agent_key: str | None) -> str | None:
    """Return the id of the newest active session, of one agent when it is named."""
    statement = select(ChatSessionRow.id).where(readable, ChatSessionRow.status == SessionStatus.ACTIVE)
    if agent_key is not None:
        statement = statement.where(ChatSessionRow.agent_key == agent_key)
    statement = statement.order_by(col(ChatSessionRow.last_activity_at).desc(), col(ChatSessionRow.id).desc()).limit(1)
    return (await tx.session.exec(statement)).first()


def readable_by(workspace_id: str, user_id: str, *, hidden_agents: Sequence[str]) -> Condition:
    """Return the condition for the sessions that a person may read: the same rule as `services.access`.

    Args:
        workspace_id: The person's workspace.
        user_id: The person.
        hidden_agents: Keys of the agents that the person may not read.
    """
    takes_part = (
        exists()
        .where(
            col(ParticipantRow.session_id) == col(ChatSessionRow.id),
            col(ParticipantRow.user_id) == user_id,
        )
        .correlate(ChatSessionRow)
    )
    of_workspace = col(ChatSessionRow.visibility) == Visibility.WORKSPACE
    if hidden_agents:
        of_workspace &= col(ChatSessionRow.agent_key).not_in(hidden_agents)
    return and_(
        col(ChatSessionRow.workspace_id) == workspace_id,
        or_(
            col(ChatSessionRow.creator_id) == user_id,
            of_workspace,
            and_(col(ChatSessionRow.visibility) == Visibility.GROUP, takes_part),
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
) -> tuple[list[SessionSummary], str | None]:
    """Return one page of the list, newest activity first, and the cursor of the next.

    Args:
        tx: The transaction.
        readable: From `readable_by`.
        user_id: Whose unread counts.
        where: What narrows the list.
        cursor: From the page before, or None for the first.
        limit: Most rows of the page.
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
    more = _encode_cursor(page[-1]) if len(rows) > limit else None
    return await _summaries(tx, page, user_id), more


async def summary(tx: Transaction, session_id: str, user_id: str) -> SessionSummary | None:
    """Return one session as the list shows it to the person."""
    row = await tx.session.get(ChatSessionRow, session_id)
    return None if row is None else (await _summaries(tx, [row], user_id))[0]


async def unread_total(tx: Transaction, readable: Condition, user_id: str) -> int:
    """Return how many active sessions hold something that the person has not read."""
    statement = (
        select(func.count())
        .select_from(ChatSessionRow)
        .where(readable, ChatSessionRow.status == SessionStatus.ACTIVE, _unread_count(user_id) > 0)
    )
    return (await tx.session.exec(statement)).one()


def _unread_count(user_id: str) -> ColumnElement[int]:
    """Count what others wrote after the person's read cursor, for the session of the enclosing query."""
    read_seq = (
        select(ReadCursorRow.read_seq)
        .where(col(ReadCursorRow.session_id) == col(ChatSessionRow.id), ReadCursorRow.user_id == user_id)
        # Two levels below the session, where it is not found without being told.
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
    """Return summaries with two queries, however many rows there are."""
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
        # Here, where the first and the last hours that there are may be outside of UTC.
        return at.astimezone(UTC), last_id
    except (ValueError, OverflowError) as error:
        raise Invalid("This cursor is not one that a list gave out.", code="invalid_cursor") from error


_cursor_adapter: TypeAdapter[tuple[AwareDatetime, Id]] = TypeAdapter(tuple[AwareDatetime, Id])
