"""The tables of sessions. `chat_session` and `chat_message` are the product's published schema.

Parts have their own table, so that storing one writes one row for any length of its message. Order is defined by
`seq`, the number of the event that created a row, which has no gaps in a session and is the same on every database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, ForeignKey, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

from chat_app.db.tables.columns import Json, moment, one_of, session_key


class ChatSessionRow(SQLModel, table=True):
    """A session. `last_seq` is the seq of its newest event, `preview` the start of its newest message."""

    __tablename__: ClassVar[Any] = "chat_session"
    __table_args__ = (
        one_of("status", "active", "archived"),
        one_of("origin", "UI", "CLI", "WEBHOOK", "CRON", "AGENT"),
        one_of("visibility", "private", "group", "workspace"),
        one_of("title_source", "none", "words", "model", "person"),
        Index("ix_session_list", "workspace_id", "status", "last_activity_at", "id"),
        Index("ix_session_creator", "creator_id"),
        Index("ix_session_agent", "workspace_id", "agent_key", "status", "last_activity_at", "id"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    agent_key: str = Field(sa_column=Column(Text, nullable=False))
    creator_id: str = Field(sa_column=Column(Text, nullable=False))
    title: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    title_source: str = Field(default="none", sa_column=Column(Text, nullable=False, server_default="none"))
    status: str = Field(default="active", sa_column=Column(Text, nullable=False, server_default="active"))
    origin: str | None = Field(default=None, sa_column=Column(Text))
    visibility: str = Field(default="private", sa_column=Column(Text, nullable=False, server_default="private"))
    preview: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    preview_role: str | None = Field(default=None, sa_column=Column(Text))
    last_seq: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    created_at: datetime = Field(sa_column=moment())
    updated_at: datetime = Field(sa_column=moment())
    last_activity_at: datetime = Field(sa_column=moment())


class ChatMessageRow(SQLModel, table=True):
    """A message. `arrived_seq` is the seq from which it counts as unread: for an answer, the end of its turn."""

    __tablename__: ClassVar[Any] = "chat_message"
    __table_args__ = (
        one_of("role", "user", "assistant"),
        one_of("kind", "plain", "steer"),
        Index("ux_message_seq", "chat_session_id", "seq", unique=True),
        Index("ix_message_arrived", "chat_session_id", "arrived_seq"),
        Index(
            "ux_message_request",
            "chat_session_id",
            "request_id",
            unique=True,
            sqlite_where=text("request_id IS NOT NULL"),
            postgresql_where=text("request_id IS NOT NULL"),
        ),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    chat_session_id: str = Field(sa_column=session_key())
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    arrived_seq: int | None = Field(default=None, sa_column=Column(Integer))
    parent_id: str | None = Field(default=None, sa_column=Column(Text))
    role: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = Field(default="plain", sa_column=Column(Text, nullable=False, server_default="plain"))
    content: str = Field(sa_column=Column(Text, nullable=False))
    task_id: str | None = Field(default=None, sa_column=Column(Text))
    author_id: str | None = Field(default=None, sa_column=Column(Text))
    request_id: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = Field(sa_column=moment())


class MessagePartRow(SQLModel, table=True):
    """A complete part of a message."""

    __tablename__: ClassVar[Any] = "message_part"

    message_id: str = Field(sa_column=Column(Text, ForeignKey("chat_message.id", ondelete="CASCADE"), primary_key=True))
    id: str = Field(sa_column=Column(Text, primary_key=True))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    data: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))


_UNFINISHED = text("status IN ('queued', 'running', 'waiting')")
_AT_WORK = text("status IN ('running', 'waiting')")


class TurnRow(SQLModel, table=True):
    """A turn. A partial unique index guarantees that each session runs one turn at a time.

    `asker_id` is the person who sent the message or asked to try again; NULL for turns that ended before it was stored.
    """

    __tablename__: ClassVar[Any] = "turn"
    __table_args__ = (
        one_of("status", "queued", "running", "waiting", "completed", "failed", "cancelled"),
        Index("ux_turn_at_work", "session_id", unique=True, sqlite_where=_AT_WORK, postgresql_where=_AT_WORK),
        Index("ix_turn_unfinished", "session_id", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index("ix_turn_session", "session_id", "id"),
        Index("ix_turn_answer", "assistant_message_id", unique=True),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    session_id: str = Field(sa_column=session_key())
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    user_message_id: str = Field(sa_column=Column(Text, nullable=False))
    assistant_message_id: str = Field(sa_column=Column(Text, nullable=False))
    agent_key: str = Field(sa_column=Column(Text, nullable=False))
    model: str = Field(sa_column=Column(Text, nullable=False))
    asker_id: str | None = Field(default=None, sa_column=Column(Text))
    status: str = Field(default="queued", sa_column=Column(Text, nullable=False, server_default="queued"))
    agent_snapshot: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    attempt: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    resumed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    delay: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    usage: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    error_code: str | None = Field(default=None, sa_column=Column(Text))
    end_reason: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = Field(sa_column=moment())
    started_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class OpenPartRow(SQLModel, table=True):
    """An open part at the last checkpoint, from which its text is restored after a crash, a stop or an error."""

    __tablename__: ClassVar[Any] = "open_part"

    turn_id: str = Field(sa_column=Column(Text, ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True))
    id: str = Field(sa_column=Column(Text, primary_key=True))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    data: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))


class ChatEventRow(SQLModel, table=True):
    """A durable event. The oldest are pruned; a reader that needs them takes a snapshot.

    There is no foreign key, because the event of a deletion outlives its session.
    """

    __tablename__: ClassVar[Any] = "chat_event"
    __table_args__ = (
        Index("ux_event_seq", "session_id", "seq", unique=True),
        Index("ix_event_workspace", "workspace_id", "position"),
        {"sqlite_autoincrement": True},
    )

    position: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    session_id: str = Field(sa_column=Column(Text, nullable=False))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    turn_id: str | None = Field(default=None, sa_column=Column(Text))
    data: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_column=moment())


class ReadCursorRow(SQLModel, table=True):
    """How far a person has read a session."""

    __tablename__: ClassVar[Any] = "read_cursor"

    session_id: str = Field(sa_column=session_key(primary=True))
    user_id: str = Field(sa_column=Column(Text, primary_key=True))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    read_seq: int = Field(sa_column=Column(Integer, nullable=False))
    read_at: datetime = Field(sa_column=moment())
