"""Sessions, messages and turns: the nouns of the product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chat_app.domain.parts import Part, text_of

MESSAGE_TEXT_LIMIT = 100_000
"""Characters in one message's text."""
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


class TurnStatus(StrEnum):
    """A turn ends exactly once, in one of the last three."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether the turn has ended."""
        return self in (TurnStatus.COMPLETED, TurnStatus.FAILED, TurnStatus.CANCELLED)


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


class Message(_Value):
    """What one side said. `task_id` is the id of the turn that the message asked for or came from, if there is one."""

    id: str
    chat_session_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    kind: Literal["plain", "steer"]
    parts: tuple[Part, ...]
    task_id: str | None
    author_id: str | None
    author_name: str | None = None
    """The author's name for others to read, None when nobody knows it."""
    request_id: str | None
    created_at: datetime

    @property
    def content(self) -> str:
        """The text of the parts."""
        return text_of(self.parts)


class Usage(_Value):
    """Tokens that a turn used, as its provider counted them."""

    input_tokens: int = 0
    output_tokens: int = 0
    requests: int = 0


class Delay(_Value):
    """Why a running turn does not go on at this moment."""

    reason: Literal["rate_limited", "provider_error"]
    text: str
    attempt: int
    until: datetime


class Turn(_Value):
    """One agent answer to one user message.

    The agent as it was when the turn was asked for is stored beside the turn and not sent with it.
    """

    id: str
    session_id: str
    user_message_id: str
    assistant_message_id: str
    agent_key: str
    model: str
    status: TurnStatus
    attempt: int
    """How often the turn was begun; more than one means that it was resumed after a restart."""
    resumed_at: datetime | None
    delay: Delay | None
    usage: Usage
    error_code: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class OpenPart(_Value):
    """Text that a model is still writing; it has no place in the record until it settles."""

    turn_id: str
    message_id: str
    id: str
    attempt: int
    """Of the step: text of an earlier attempt is dropped when the step is asked again."""
    type: Literal["text", "reasoning", "tool_call"]
    text: str
    tool_name: str | None = None
    started_at: datetime


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
