"""The audit log of what happened: who did what, to what, and when. Entries are added and never changed."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from chat_app.domain.errors import Invalid

WORDS_LIMIT = 300
"""Characters of one text in an entry: an e-mail address, a name or an id, not what somebody said."""
SEARCH_LIMIT = 200
"""Characters that the audit log is searched for."""

Fact = str | int | bool | None
"""What an entry may say beside its subject."""

_SECRET_NAME = re.compile(r"passw|secret|token$|hash|cookie|credential|authorization|api_?key", re.IGNORECASE)
_AGE = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class AuditType(StrEnum):
    """What can happen, as `noun.past`."""

    WORKSPACE_CREATED = "workspace.created"
    WORKSPACE_RENAMED = "workspace.renamed"
    LOGIN_CREATED = "login.created"
    LOGIN_FAILED = "login.failed"
    LOGIN_ENDED = "login.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of what happened
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


class AuditEntry(BaseModel):
    """One thing that happened."""

    model_config = ConfigDict(frozen=True)

    position: int
    """Grows with every entry; the order of the audit log."""
    workspace_id: str
    type: str
    """An `AuditType`, or one of another version of the program."""
    actor_id: str | None
    """None for what nobody who is known did: a failed login, the program itself."""
    actor_name: str
    """As the person was called then."""
    subject: str
    """What it happened to: an id, a name or an e-mail address."""
    data: dict[str, Fact]
    created_at: datetime


class AuditFilter(BaseModel):
    """What narrows the audit log; what is empty or None does not narrow."""

    model_config = ConfigDict(frozen=True)

    types: tuple[AuditType, ...] = ()
    actor_id: str | None = None
    since: datetime | None = None
    """The first moment that counts."""
    until: datetime | None = None
    """The first moment that does not count any more."""
    text: str = ""
    """Is looked for in the subject, the actor's name and the type, letter case aside."""


def written(text: str) -> str:
    """Return text as an entry may hold it: one line, in bounds, without what drives a terminal or can't be stored."""
    line = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join(line.split())
    return line if len(line) <= WORDS_LIMIT else line[: WORDS_LIMIT - 1] + "…"


def check_facts(data: dict[str, Fact]) -> dict[str, Fact]:
    """Return what an entry says beside its subject, fit to be stored.

    Raises:
        ValueError: A name says that the value is a secret. Nothing that lets somebody in belongs into the audit log.
    """
    for name in data:
        if _SECRET_NAME.search(name):
            raise ValueError(f"'{name}' sounds like a secret, and the audit log takes none")
    return {name: written(value) if isinstance(value, str) else value for name, value in data.items()}


def parse_moment(words: str, *, at: datetime) -> datetime:
    """Return the moment that a person means by a date, a time, or an age such as 30m, 24h, 7d or 2w.

    Args:
        words: What they wrote.
        at: This moment; what names no zone is in the zone of this.

    Raises:
        Invalid: It is none of these.
    """
    words = words.strip()
    try:
        if age := _AGE.fullmatch(words):
            return at - timedelta(**{_UNITS[age[2]]: int(age[1])})
        moment = datetime.fromisoformat(words)
        return moment if moment.tzinfo else moment.replace(tzinfo=at.tzinfo or UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            "This is no time. Write a date (2026-03-01), a time (2026-03-01T12:00) or an age (24h, 7d).",
            code="invalid_time",
        ) from error
