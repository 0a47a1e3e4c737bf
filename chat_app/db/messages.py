"""Stores messages and their parts, and reads them in pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal, cast

from sqlalchemy import ScalarSelect, func
from sqlalchemy import update as update_rows
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import AccountRow, ChatMessageRow, MessagePartRow
from chat_app.domain.messages import Message
from chat_app.domain.pages import Page
from chat_app.domain.parts import Part, dump_parts, load_parts, part_order

_RowWithAuthor = tuple[ChatMessageRow, str | None]
"""A row of a message and its author's name."""


async def insert(tx: Transaction, workspace_id: str, message: Message, *, seq: int, arrived_seq: int | None) -> None:
    """Store a new message.

    Args:
        tx: The transaction.
        workspace_id: The session's workspace.
        message: The message with its parts.
        seq: The seq of its `message.created`, by which a session's messages are ordered.
        arrived_seq: The seq from which it counts as unread; None for an answer that is not complete.
    """
    values: dict[str, Any] = message.model_dump(mode="python", exclude={"parts", "author_name"})
    values |= {"workspace_id": workspace_id, "seq": seq, "arrived_seq": arrived_seq, "content": message.content}
    await insert_rows(tx, ChatMessageRow, [values])
    await add_parts(tx, workspace_id, message.id, message.parts)


async def add_parts(tx: Transaction, workspace_id: str, message_id: str, parts: Sequence[Part]) -> None:
    """Store additional parts of a message."""
    values = [
        {"message_id": message_id, "id": part.id, "workspace_id": workspace_id, "data": data}
        for part, data in zip(parts, dump_parts(parts), strict=True)
    ]
    await insert_rows(tx, MessagePartRow, values)


async def update(tx: Transaction, message_id: str, **values: Any) -> None:
    """Set columns of a message."""
    await tx.session.exec(update_rows(ChatMessageRow).where(col(ChatMessageRow.id) == message_id).values(**values))


async def get(tx: Transaction, message_id: str) -> Message | None:
    """Return the message with its parts, or None."""
    return next(iter(await _read(tx, _messages().where(ChatMessageRow.id == message_id))), None)


async def newest_id(tx: Transaction, session_id: str) -> str | None:
    """Return the id of the session's newest message."""
    statement = (
        select(ChatMessageRow.id)
        .where(ChatMessageRow.chat_session_id == session_id)
        .order_by(col(ChatMessageRow.seq).desc())
        .limit(1)
    )
    return (await tx.session.exec(statement)).first()


async def newest_arrival(tx: Transaction, session_id: str) -> int:
    """Return the seq at which the session's newest complete message arrived, or 0 when there is none."""
    statement = select(func.max(ChatMessageRow.arrived_seq)).where(ChatMessageRow.chat_session_id == session_id)
    return (await tx.session.exec(statement)).one() or 0


async def by_request(tx: Transaction, session_id: str, request_id: str) -> Message | None:
    """Return the message that was stored for a request id, or None."""
    statement = _messages().where(ChatMessageRow.chat_session_id == session_id, ChatMessageRow.request_id == request_id)
    return next(iter(await _read(tx, statement)), None)


async def page_before(tx: Transaction, session_id: str, *, before: str | None, limit: int) -> Page[Message]:
    """Return the messages before one, oldest first. The cursor is the `before` of the next older page.

    Args:
        tx: The transaction.
        session_id: The session.
        before: The id of a message; None returns the newest messages.
        limit: Maximum number of messages.
    """
    statement = _messages().where(ChatMessageRow.chat_session_id == session_id)
    if before is not None:
        statement = statement.where(col(ChatMessageRow.seq) < _seq_of(session_id, before))
    statement = statement.order_by(col(ChatMessageRow.seq).desc()).limit(limit + 1)
    rows = (await tx.session.exec(statement)).all()
    items = await _with_parts(tx, rows[:limit][::-1])
    return Page(items=items, cursor=items[0].id if len(rows) > limit else None)


async def page_after(tx: Transaction, session_id: str, *, after: str, limit: int) -> Page[Message]:
    """Return the messages after one, oldest first. The cursor is the `after` of the next newer page.

    Args:
        tx: The transaction.
        session_id: The session.
        after: The id of a message.
        limit: Maximum number of messages.
    """
    statement = (
        _messages()
        .where(ChatMessageRow.chat_session_id == session_id, col(ChatMessageRow.seq) > _seq_of(session_id, after))
        .order_by(col(ChatMessageRow.seq))
        .limit(limit + 1)
    )
    rows = (await tx.session.exec(statement)).all()
    items = await _with_parts(tx, rows[:limit])
    return Page(items=items, cursor=items[-1].id if len(rows) > limit else None)


def _seq_of(session_id: str, message_id: str) -> ScalarSelect[int]:
    return (
        select(ChatMessageRow.seq)
        .where(ChatMessageRow.chat_session_id == session_id, ChatMessageRow.id == message_id)
        .scalar_subquery()
    )


async def find(tx: Transaction, session_id: str, *, text: str, limit: int) -> list[str]:
    """Return the ids of the session's messages that contain a text, oldest first and ignoring case."""
    statement = (
        select(ChatMessageRow.id)
        .where(
            ChatMessageRow.chat_session_id == session_id,
            col(ChatMessageRow.content).icontains(text, autoescape=True),
        )
        .order_by(col(ChatMessageRow.seq))
        .limit(limit)
    )
    return list(await tx.session.exec(statement))


def _messages() -> SelectOfScalar[_RowWithAuthor]:
    """Select messages with the names of their authors in one query."""
    return cast(
        "SelectOfScalar[_RowWithAuthor]",
        select(ChatMessageRow, AccountRow.name).outerjoin(
            AccountRow, col(AccountRow.id) == col(ChatMessageRow.author_id)
        ),
    )


async def _read(tx: Transaction, statement: SelectOfScalar[_RowWithAuthor]) -> list[Message]:
    return await _with_parts(tx, (await tx.session.exec(statement)).all())


async def _with_parts(tx: Transaction, rows: Sequence[_RowWithAuthor]) -> list[Message]:
    ids = [row.id for row, _ in rows]
    statement = select(MessagePartRow).where(col(MessagePartRow.message_id).in_(ids))
    raw: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for part_row in await tx.session.exec(statement):
        raw[part_row.message_id].append(part_row.data)
    return [_message(row, load_parts(raw[row.id]), author_name=name) for row, name in rows]


def _message(row: ChatMessageRow, parts: Sequence[Part], *, author_name: str | None) -> Message:
    return Message(
        id=row.id,
        chat_session_id=row.chat_session_id,
        parent_id=row.parent_id,
        role=cast('Literal["user", "assistant"]', row.role),
        kind=cast('Literal["plain", "steer"]', row.kind),
        parts=tuple(sorted(parts, key=lambda part: part_order(part.id))),
        task_id=row.task_id,
        author_id=row.author_id,
        author_name=author_name,
        request_id=row.request_id,
        created_at=row.created_at,
    )
