"""Messages and their parts: rows to domain objects and back, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal, cast

from sqlalchemy import ScalarSelect, func, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import AccountRow, ChatMessageRow, MessagePartRow
from chat_app.domain.messages import Message
from chat_app.domain.parts import ErrorPart, Part, dump_parts, load_parts, part_order

_Found = tuple[ChatMessageRow, str | None]
"""A message and its author's name."""


async def insert(tx: Transaction, workspace_id: str, message: Message, *, seq: int, arrived_seq: int | None) -> None:
    """Store a new message.

    Args:
        tx: The transaction.
        workspace_id: The session's workspace.
        message: The message with its parts.
        seq: The seq of its `message.created`; the order of a session's messages.
        arrived_seq: The seq from which it counts as unread, None for an answer that is yet to come.
    """
    values: dict[str, Any] = message.model_dump(mode="python", exclude={"parts", "author_name"})
    values |= {"workspace_id": workspace_id, "seq": seq, "arrived_seq": arrived_seq, "content": message.content}
    await insert_rows(tx, ChatMessageRow, [values])
    await add_parts(tx, workspace_id, message.id, message.parts)


async def add_parts(tx: Transaction, workspace_id: str, message_id: str, parts: Sequence[Part]) -> None:
    """Store parts that the message does not have yet."""
    values = [
        {"message_id": message_id, "id": part.id, "workspace_id": workspace_id, "data": data}
        for part, data in zip(parts, dump_parts(parts), strict=True)
    ]
    await insert_rows(tx, MessagePartRow, values)


async def change(tx: Transaction, message_id: str, **values: Any) -> None:
    """Set columns of a message."""
    await tx.session.exec(update(ChatMessageRow).where(col(ChatMessageRow.id) == message_id).values(**values))


async def get(tx: Transaction, message_id: str) -> Message | None:
    """Return the message with its parts, or None."""
    found = await _read(tx, _messages().where(ChatMessageRow.id == message_id))
    return found[0] if found else None


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
    """Return the seq at which the session's newest message arrived, 0 when there is none."""
    statement = select(func.max(ChatMessageRow.arrived_seq)).where(ChatMessageRow.chat_session_id == session_id)
    return (await tx.session.exec(statement)).one() or 0


async def by_request(tx: Transaction, session_id: str, request_id: str) -> Message | None:
    """Return the message that this request stored, or None."""
    statement = _messages().where(ChatMessageRow.chat_session_id == session_id, ChatMessageRow.request_id == request_id)
    found = await _read(tx, statement)
    return found[0] if found else None


async def page(tx: Transaction, session_id: str, *, before: str | None, limit: int) -> tuple[list[Message], bool]:
    """Return the newest messages, oldest first, and whether there are older ones.

    Args:
        tx: The transaction.
        session_id: The session.
        before: Only messages older than this one; None starts at the end.
        limit: Most messages.
    """
    statement = _messages().where(ChatMessageRow.chat_session_id == session_id)
    if before is not None:
        statement = statement.where(col(ChatMessageRow.seq) < _seq_of(session_id, before))
    statement = statement.order_by(col(ChatMessageRow.seq).desc()).limit(limit + 1)
    rows = (await tx.session.exec(statement)).all()
    return await _with_parts(tx, rows[:limit][::-1]), len(rows) > limit


async def page_after(tx: Transaction, session_id: str, *, after: str, limit: int) -> tuple[list[Message], bool]:
    """Return the messages that follow one, oldest first, and whether there are newer ones.

    Args:
        tx: The transaction.
        session_id: The session.
        after: Only messages newer than this one.
        limit: Most messages.
    """
    statement = (
        _messages()
        .where(ChatMessageRow.chat_session_id == session_id, col(ChatMessageRow.seq) > _seq_of(session_id, after))
        .order_by(col(ChatMessageRow.seq))
        .limit(limit + 1)
    )
    rows = (await tx.session.exec(statement)).all()
    return await _with_parts(tx, rows[:limit]), len(rows) > limit


def _seq_of(session_id: str, message_id: str) -> ScalarSelect[int]:
    return (
        select(ChatMessageRow.seq)
        .where(ChatMessageRow.chat_session_id == session_id, ChatMessageRow.id == message_id)
        .scalar_subquery()
    )


async def answered_before(tx: Transaction, session_id: str, *, message_id: str, limit: int) -> list[Message]:
    """Return the conversation before a message as its agent should read it, oldest first.

    A question that was answered more than once keeps its newest answer that says something.

    Args:
        tx: The transaction.
        session_id: The session.
        message_id: The question that is about to be answered; it is left out.
        limit: Most messages to read.
    """
    earlier, _ = await page(tx, session_id, before=message_id, limit=limit)
    answers = {
        message.parent_id: message
        for message in earlier
        if message.role == "assistant" and any(not isinstance(part, ErrorPart) for part in message.parts)
    }
    conversation: list[Message] = []
    for message in earlier:
        if message.role == "user":
            conversation.append(message)
            if message.id in answers:
                conversation.append(answers[message.id])
        elif message.parent_id is None:
            conversation.append(message)
    return conversation


async def find(tx: Transaction, session_id: str, *, text: str, limit: int) -> list[str]:
    """Return the ids of the session's messages whose text holds this text, oldest first, letter case aside."""
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


def _messages() -> SelectOfScalar[_Found]:
    """Select messages with the names of their authors, which are looked up in the same query."""
    return cast(
        "SelectOfScalar[_Found]",
        select(ChatMessageRow, AccountRow.name).outerjoin(
            AccountRow, col(AccountRow.id) == col(ChatMessageRow.author_id)
        ),
    )


async def _read(tx: Transaction, statement: SelectOfScalar[_Found]) -> list[Message]:
    return await _with_parts(tx, (await tx.session.exec(statement)).all())


async def _with_parts(tx: Transaction, rows: Sequence[_Found]) -> list[Message]:
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
