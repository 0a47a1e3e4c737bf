"""Column types and keys that the tables share."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC time in the database's timestamp type. SQLite stores no zone, so it is added on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC for storing."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(*, nullable: bool = False) -> Column[datetime]:
    """Return a column for a time, which defaults to now unless it is nullable."""
    return Column(UtcDateTime, nullable=nullable, server_default=None if nullable else func.current_timestamp())


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the constraint that a column has one of these values."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"ck_{column}")


def session_key(*, primary: bool = False) -> Column[str]:
    """Return a foreign key to a session, with which the row is deleted."""
    return Column(
        Text, ForeignKey("chat_session.id", ondelete="CASCADE"), primary_key=primary, nullable=False, index=False
    )


def account_key(*, primary: bool = False, nullable: bool = False) -> Column[str]:
    """Return a foreign key to an account, with which the row is deleted."""
    return Column(Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=primary, nullable=nullable)


def workspace_key(*, primary: bool = False) -> Column[str]:
    """Return a foreign key to a workspace, with which the row is deleted."""
    return Column(Text, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=primary, nullable=False)
