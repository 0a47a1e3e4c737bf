"""Sessions: durable conversations with one agent, and the people who take part in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

TITLE_LIMIT = 200
"""Characters in a session's title."""
PREVIEW_LENGTH = 160
"""Characters of the last message that a session's row shows."""
FIRST_WORDS_LENGTH = 60
"""Characters of the first message that stand in for a title until there is one."""


class SessionStatus(StrEnum):
    """Archived sessions leave the list and keep everything."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class Origin(StrEnum):
    """The way in by which a session was made."""

    UI = "UI"
    CLI = "CLI"
    WEBHOOK = "WEBHOOK"
    CRON = "CRON"
    AGENT = "AGENT"

    @classmethod
    def parse(cls, value: str | None) -> Origin | None:
        """Return the origin that the text names; anything else is none and shows no chip."""
        return cls(value) if value in cls._value2member_map_ else None


class Visibility(StrEnum):
    """Who may read a session."""

    PRIVATE = "private"
    GROUP = "group"
    WORKSPACE = "workspace"


class ParticipantRole(StrEnum):
    """What a group calls a participant: a label that grants nothing."""

    OWNER = "owner"
    MEMBER = "member"


class TitleSource(StrEnum):
    """Who chose the title; a person's choice is never overwritten."""

    NONE = "none"
    WORDS = "words"
    MODEL = "model"
    PERSON = "person"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChatSession(_Value):
    """A durable conversation with one agent."""

    id: str
    workspace_id: str
    agent_key: str
    creator_id: str
    title: str
    title_source: TitleSource
    status: SessionStatus
    origin: Origin | None
    visibility: Visibility
    created_at: datetime
    updated_at: datetime
    last_activity_at: datetime


class Person(_Value):
    """Somebody, as others are told of them."""

    id: str
    name: str


class Participant(Person):
    """A person in a session that several share."""

    email: str | None
    role: ParticipantRole
    joined_at: datetime


def in_order(participants: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return participants as they are shown: who made the session first, then by the time that they joined."""
    return tuple(sorted(participants, key=lambda each: (each.role != ParticipantRole.OWNER, each.joined_at, each.id)))


class SessionSummary(_Value):
    """A session as the list shows it to one person."""

    session: ChatSession
    preview: str
    preview_role: Literal["user", "assistant"] | None
    unread: int
    live: Literal["idle", "thinking", "blocked"]


class SessionFilter(_Value):
    """What narrows a list of sessions; None does not narrow."""

    status: SessionStatus = SessionStatus.ACTIVE
    agent_key: str | None = None
    origin: Origin | None = None
    unread: bool = False

    def takes(self, summary: SessionSummary) -> bool:
        """Whether a session belongs into the list."""
        session = summary.session
        return (
            session.status == self.status
            and self.agent_key in (None, session.agent_key)
            and self.origin in (None, session.origin)
            and (not self.unread or summary.unread > 0)
        )
