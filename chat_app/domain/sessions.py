"""Sessions: durable conversations with one agent, their titles, and the people who take part in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chat_app.domain.actor import Actor
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Invalid
from chat_app.domain.invisible import remove_invisible
from chat_app.domain.text import check_text

TITLE_LIMIT = 200
"""Characters in a session's title."""
FIRST_WORDS_LENGTH = 60
"""Characters of the first message that serve as the title until there is a better one."""


class SessionStatus(StrEnum):
    """Whether a session is in the list. An archived one keeps its content."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class Origin(StrEnum):
    """The interface or automation that created a session."""

    UI = "UI"
    CLI = "CLI"
    WEBHOOK = "WEBHOOK"
    CRON = "CRON"
    AGENT = "AGENT"

    @classmethod
    def parse(cls, value: str | None) -> Origin | None:
        """Return the origin with this name, or None for any other text."""
        return cls(value) if value in cls._value2member_map_ else None


AUTOMATED_ORIGINS = frozenset({Origin.CLI, Origin.WEBHOOK, Origin.CRON, Origin.AGENT})
"""Sessions of these origins are visible to the workspace from the start."""


class Visibility(StrEnum):
    """Who may read a session (see `domain.access.may_read_session`)."""

    PRIVATE = "private"
    GROUP = "group"
    WORKSPACE = "workspace"


class ParticipantRole(StrEnum):
    """A label for a participant of a group. It grants no rights."""

    OWNER = "owner"
    MEMBER = "member"


class TitleSource(StrEnum):
    """Where a title came from. One chosen by a person is never overwritten."""

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

    @property
    def wants_title(self) -> bool:
        """Whether a model should suggest a title, because there is none or only the first words."""
        return self.title_source in (TitleSource.NONE, TitleSource.WORDS)

    @property
    def accepts_suggested_title(self) -> bool:
        """Whether a title from a model may replace the present one."""
        return self.title_source != TitleSource.PERSON


class Person(_Value):
    """A person as other people see them."""

    id: str
    name: str


class Participant(Person):
    """A person who takes part in a shared session."""

    email: str | None
    role: ParticipantRole
    joined_at: datetime


class ParticipantChange(_Value):
    """A person was added to a session or removed from it, which its people see together with who did it."""

    seq: int
    """The seq of its event."""
    kind: Literal["added", "removed"]
    person: Person
    by: Person
    """Who did it: the person themselves if they joined or left."""
    at: datetime


class SessionSummary(_Value):
    """A session as the session list shows it to one person."""

    session: ChatSession
    preview: str
    preview_role: Literal["user", "assistant"] | None
    unread: int
    live: Literal["idle", "thinking", "blocked"]


class SessionFilter(_Value):
    """Conditions on a list of sessions; None sets no condition."""

    status: SessionStatus = SessionStatus.ACTIVE
    agent_key: str | None = None
    origin: Origin | None = None
    unread: bool = False

    def matches(self, summary: SessionSummary) -> bool:
        """Whether a session belongs in the list."""
        session = summary.session
        return (
            session.status == self.status
            and self.agent_key in (None, session.agent_key)
            and self.origin in (None, session.origin)
            and (not self.unread or summary.unread > 0)
        )


def new_session(
    actor: Actor, agent: Agent, *, session_id: str, title: str, origin: Origin | None, at: datetime
) -> ChatSession:
    """Return a new session. Those created by automation are visible to the workspace, all others are private.

    Args:
        actor: The creator.
        agent: The agent to talk to.
        session_id: The id.
        title: A title chosen by the creator, or "".
        origin: The interface or automation that creates it.
        at: When it is created.
    """
    return ChatSession(
        id=session_id,
        workspace_id=actor.workspace_id,
        agent_key=agent.key,
        creator_id=actor.user_id,
        title=title,
        title_source=TitleSource.PERSON if title else TitleSource.NONE,
        status=SessionStatus.ACTIVE,
        origin=origin,
        visibility=Visibility.WORKSPACE if origin in AUTOMATED_ORIGINS else Visibility.PRIVATE,
        created_at=at,
        updated_at=at,
        last_activity_at=at,
    )


def sort_participants(participants: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return participants in display order: the session's owner first, then by the time they joined."""
    return tuple(
        sorted(participants, key=lambda person: (person.role != ParticipantRole.OWNER, person.joined_at, person.id))
    )


def check_title(title: str) -> str:
    """Return a title on one line and without invisible characters, which are often pasted with a text.

    Raises:
        Invalid: It is too long, or contains a character that can't be stored.
    """
    title = remove_invisible(check_text(title, field="title"))
    if len(title) > TITLE_LIMIT:
        raise Invalid(
            f"A title can have at most {TITLE_LIMIT} characters. This one has {len(title)}.",
            code="title_too_long",
            details={"limit": TITLE_LIMIT},
        )
    return title


def first_words(text: str) -> str:
    """Return the first words of a message as a title."""
    words = remove_invisible(text[: FIRST_WORDS_LENGTH * 4])
    if len(words) <= FIRST_WORDS_LENGTH:
        return words
    return words[:FIRST_WORDS_LENGTH].rsplit(" ", 1)[0] + "…"
