"""The tables of people: accounts, workspaces, members, logins, tokens, links, participants and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

from chat_app.db.tables.columns import Json, account_key, moment, one_of, session_key, workspace_key

_ROLES = ("owner", "admin", "member", "viewer")


class AccountRow(SQLModel, table=True):
    """An account. `identity` is the issuer and subject of the person at an identity provider."""

    __tablename__: ClassVar[Any] = "account"
    __table_args__ = (
        Index("ux_account_email", "email", unique=True),
        Index("ux_account_identity", "identity", unique=True),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    email: str | None = Field(default=None, sa_column=Column(Text))
    password_hash: str | None = Field(default=None, sa_column=Column(Text))
    identity: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = Field(sa_column=moment())
    preferences: dict[str, Any] = Field(sa_column=Column(Json, nullable=False, server_default="{}"))


class WorkspaceRow(SQLModel, table=True):
    """A workspace."""

    __tablename__: ClassVar[Any] = "workspace"

    id: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=moment())


class MemberRow(SQLModel, table=True):
    """A person's membership in a workspace."""

    __tablename__: ClassVar[Any] = "member"
    __table_args__ = (one_of("role", *_ROLES), Index("ix_member_account", "user_id", "workspace_id"))

    workspace_id: str = Field(sa_column=workspace_key(primary=True))
    user_id: str = Field(sa_column=account_key(primary=True))
    role: str = Field(sa_column=Column(Text, nullable=False))
    joined_at: datetime = Field(sa_column=moment())


class LoginRow(SQLModel, table=True):
    """A browser in which a person is signed in. Only the SHA-256 of its token is stored."""

    __tablename__: ClassVar[Any] = "login"
    __table_args__ = (
        Index("ux_login_token", "token_hash", unique=True),
        Index("ix_login_account", "user_id", "created_at"),
        Index("ix_login_expires", "expires_at"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    token_hash: str = Field(sa_column=Column(Text, nullable=False))
    user_id: str = Field(sa_column=account_key())
    workspace_id: str = Field(sa_column=workspace_key())
    client: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=moment())
    used_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())


class ApiTokenRow(SQLModel, table=True):
    """A token with which a program authenticates. Only its SHA-256 is stored."""

    __tablename__: ClassVar[Any] = "api_token"
    __table_args__ = (
        one_of("scope", "read", "write", "admin"),
        Index("ux_api_token_token", "token_hash", unique=True),
        Index("ix_api_token_account", "user_id", "workspace_id", "created_at"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    token_hash: str = Field(sa_column=Column(Text, nullable=False))
    user_id: str = Field(sa_column=account_key())
    workspace_id: str = Field(sa_column=workspace_key())
    name: str = Field(sa_column=Column(Text, nullable=False))
    scope: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class LinkRow(SQLModel, table=True):
    """A one-time link, which is deleted when it is used. Only the SHA-256 of its secret is stored."""

    __tablename__: ClassVar[Any] = "link"
    __table_args__ = (
        one_of("purpose", "set_up", "invite", "reset"),
        one_of("role", *_ROLES),
        Index("ux_link_token", "token_hash", unique=True),
        Index("ix_link_workspace", "workspace_id", "purpose", "created_at"),
        Index("ix_link_account", "user_id"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    token_hash: str = Field(sa_column=Column(Text, nullable=False))
    purpose: str = Field(sa_column=Column(Text, nullable=False))
    workspace_id: str = Field(sa_column=workspace_key())
    role: str | None = Field(default=None, sa_column=Column(Text))
    user_id: str | None = Field(default=None, sa_column=account_key(nullable=True))
    created_by: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())


class KnownPlaceRow(SQLModel, table=True):
    """A browser or a network in which a person has signed in. Only the SHA-256 of its secret or address is stored."""

    __tablename__: ClassVar[Any] = "known_place"
    __table_args__ = (
        one_of("kind", "device", "network"),
        Index("ix_known_place_key", "key_hash"),
        Index("ix_known_place_used", "used_at"),
    )

    user_id: str = Field(sa_column=account_key(primary=True))
    kind: str = Field(sa_column=Column(Text, primary_key=True))
    key_hash: str = Field(sa_column=Column(Text, primary_key=True))
    used_at: datetime = Field(sa_column=moment())


class ParticipantRow(SQLModel, table=True):
    """A person in a group. The role is a label that grants no rights."""

    __tablename__: ClassVar[Any] = "participant"
    __table_args__ = (
        one_of("role", "owner", "member"),
        Index("ix_participant_account", "user_id", "session_id"),
    )

    session_id: str = Field(sa_column=session_key(primary=True))
    user_id: str = Field(sa_column=account_key(primary=True))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    role: str = Field(default="member", sa_column=Column(Text, nullable=False, server_default="member"))
    joined_at: datetime = Field(sa_column=moment())


class ParticipantChangeRow(SQLModel, table=True):
    """That a person was added to a session or removed from it, and by whom. Names are those of that time."""

    __tablename__: ClassVar[Any] = "participant_change"
    __table_args__ = (one_of("kind", "added", "removed"),)

    session_id: str = Field(sa_column=session_key(primary=True))
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    user_id: str = Field(sa_column=Column(Text, nullable=False))
    user_name: str = Field(sa_column=Column(Text, nullable=False))
    by_id: str = Field(sa_column=Column(Text, nullable=False))
    by_name: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=moment())


class AuditEntryRow(SQLModel, table=True):
    """An entry of the audit log. Rows are added and later pruned, and never changed.

    There are no foreign keys, because an entry outlives what it is about.
    """

    __tablename__: ClassVar[Any] = "audit_entry"
    __table_args__ = (
        Index("ix_audit_workspace", "workspace_id", "position"),
        Index("ix_audit_type", "workspace_id", "type", "position"),
        Index("ix_audit_age", "created_at"),
        {"sqlite_autoincrement": True},
    )

    position: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    workspace_id: str = Field(sa_column=Column(Text, nullable=False))
    type: str = Field(sa_column=Column(Text, nullable=False))
    actor_id: str | None = Field(default=None, sa_column=Column(Text))
    actor_name: str = Field(sa_column=Column(Text, nullable=False))
    subject: str = Field(sa_column=Column(Text, nullable=False))
    data: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_column=moment())
