"""The audit log: who did what, to what, and when. Entries are added and never changed."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from chat_app.domain.errors import Invalid

TEXT_LIMIT = 300
"""Characters of a text in an entry: an e-mail address, a name or an id, and never message content."""
SEARCH_LIMIT = 200
"""Characters of a search text."""

Fact = str | int | bool | None
"""A value in the data of an entry."""

_SECRET_NAME = re.compile(r"passw|secret|token$|hash|cookie|credential|authorization|api_?key", re.IGNORECASE)
_AGE = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class AuditType(StrEnum):
    """Types of entries, named `noun.past`."""

    WORKSPACE_CREATED = "workspace.created"
    WORKSPACE_RENAMED = "workspace.renamed"
    LOGIN_CREATED = "login.created"
    LOGIN_FAILED = "login.failed"
    LOGIN_ENDED = "login.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of what happened
    PASSWORD_CHANGE_FAILED = "password_change.failed"  # noqa: S105
    ROLE_CHANGED = "role.changed"
    MEMBER_JOINED = "member.joined"
    MEMBER_REMOVED = "member.removed"
    INVITATION_CREATED = "invitation.created"
    INVITATION_REVOKED = "invitation.revoked"
    TOKEN_CREATED = "token.created"  # noqa: S105
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    KEY_STORED = "key.stored"
    KEY_REMOVED = "key.removed"
    SESSION_CREATED = "session.created"
    SESSION_DELETED = "session.deleted"
    SESSION_SHARED = "session.shared"
    PARTICIPANT_ADDED = "participant.added"
    PARTICIPANT_REMOVED = "participant.removed"
    LIMIT_REACHED = "limit.reached"


class AuditEntry(BaseModel):
    """An entry of the audit log."""

    model_config = ConfigDict(frozen=True)

    position: int
    """Increases with every entry and orders the audit log."""
    workspace_id: str
    type: str
    """An `AuditType`, or a type of another version of the program."""
    actor_id: str | None
    """None when nobody was signed in, as for a failed login, or when the program itself acted."""
    actor_name: str
    """The person's name at that time."""
    subject: str
    """The object of the action: an id, a name or an e-mail address."""
    data: dict[str, Fact]
    created_at: datetime


class AuditFilter(BaseModel):
    """Conditions on entries of the audit log; an empty value or None sets no condition."""

    model_config = ConfigDict(frozen=True)

    types: tuple[AuditType, ...] = ()
    actor_id: str | None = None
    since: datetime | None = None
    """Entries at or after this time."""
    until: datetime | None = None
    """Entries before this time."""
    text: str = ""
    """Text to find in the subject, the actor's name or the type, ignoring case."""


def clean_text(text: str) -> str:
    """Return text fit for an entry: on one line, shortened, and without control and unprintable characters."""
    line = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join(line.split())
    return line if len(line) <= TEXT_LIMIT else line[: TEXT_LIMIT - 1] + "…"


def check_facts(data: dict[str, Fact]) -> dict[str, Fact]:
    """Return the data of an entry with its texts cleaned.

    Raises:
        ValueError: The name of a value suggests that it is a secret, which must not be in the audit log.
    """
    for name in data:
        if _SECRET_NAME.search(name):
            raise ValueError(f"'{name}' sounds like a secret, which must not be in the audit log")
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in data.items()}


def parse_moment(text: str, *, at: datetime) -> datetime:
    """Return the time that a date, a time, or an age such as 30m, 24h, 7d or 2w stands for.

    Args:
        text: A person's input.
        at: The present time, whose time zone is used when the text has none.

    Raises:
        Invalid: The text is none of these.
    """
    text = text.strip()
    try:
        if age := _AGE.fullmatch(text):
            return at - timedelta(**{_UNITS[age[2]]: int(age[1])})
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=at.tzinfo or UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            "This is not a time. Use a date (2026-03-01), a time (2026-03-01T12:00) or an age (24h, 7d).",
            code="invalid_time",
        ) from error
