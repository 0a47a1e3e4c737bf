"""The kinds of columns that the tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC in the database's own timestamp type; SQLite's has no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(*, nullable: bool = False) -> Column[datetime]:
    """Return a column for a moment: this one, unless it may be empty."""
    return Column(UtcDateTime, nullable=nullable, server_default=None if nullable else func.current_timestamp())


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the rule that a column has one of these values."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"ck_{column}")


def session_key(*, primary: bool = False) -> Column[str]:
    """Return the column of what goes with its session."""
    return Column(
        Text, ForeignKey("chat_session.id", ondelete="CASCADE"), primary_key=primary, nullable=False, index=False
    )


def account_key(*, primary: bool = False, nullable: bool = False) -> Column[str]:
    """Return the column of what goes with its account."""
    return Column(Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=primary, nullable=nullable)


def workspace_key(*, primary: bool = False) -> Column[str]:
    """Return the column of what goes with its workspace."""
    return Column(Text, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=primary, nullable=False)
