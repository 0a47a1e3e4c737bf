"""Request and response bodies of sessions, messages and agents, and those that all routes share."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from chat_app.domain.agents import Agent
from chat_app.domain.ids import Id
from chat_app.domain.messages import MAX_MESSAGE_PARTS, MESSAGE_TEXT_LIMIT, Message
from chat_app.domain.parts import Part, text_parts
from chat_app.domain.sessions import (
    TITLE_LIMIT,
    ChatSession,
    Participant,
    ParticipantChange,
    ParticipantRole,
    SessionStatus,
    SessionSummary,
    Visibility,
)
from chat_app.domain.turns import OpenPart, Turn, TurnStatus

ItemT = TypeVar("ItemT")

Title = Annotated[str, Field(max_length=TITLE_LIMIT)]
Limit = Annotated[int, Field(json_schema_extra={"minimum": 1})]
"""Maximum number of items on a page. Its upper limit is a setting, which the service checks."""


def _check_date_time(value: object) -> object:
    # Pydantic also accepts numbers, as seconds since 1970, which the OpenAPI description does not allow.
    if isinstance(value, str) and not _DATE_TIME.match(value):
        raise ValueError("write it as 2026-03-01T12:00:00Z")
    return value


_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:", re.ASCII)
Moment = Annotated[AwareDatetime, BeforeValidator(_check_date_time)]
"""A time with its zone (RFC 3339)."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Response(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NewSession(_Body):
    """A session to create."""

    agent_key: str = Field(max_length=64)
    title: Title = ""
    origin: str | None = Field(default=None, max_length=64)
    """UI, CLI, WEBHOOK, CRON or AGENT; other values are ignored."""
    id: Id | None = None
    """Id chosen by the client; a repeated request with it returns the same session."""


class SessionChange(_Body):
    """Changes of a session. Omitted fields keep their values."""

    title: Title | None = None
    status: SessionStatus | None = None
    visibility: Literal[Visibility.PRIVATE, Visibility.WORKSPACE] | None = None
    """A session with participants is a group, which cannot be chosen here."""


class NewParticipant(_Body):
    """A participant to add."""

    user_id: Id
    role: ParticipantRole = ParticipantRole.MEMBER
    """A label; it grants no rights."""


class ParticipantOut(_Response):
    """A participant of a session."""

    user_id: str
    email: str | None
    full_name: str
    role: ParticipantRole
    joined_at: datetime

    @classmethod
    def of(cls, person: Participant) -> ParticipantOut:
        """Return the response body."""
        return cls(
            user_id=person.id,
            email=person.email,
            full_name=person.name,
            role=person.role,
            joined_at=person.joined_at,
        )


class ParticipantChangeOut(_Response):
    """A person was added to a session or removed from it; `by_user_id` is the same person if they joined or left."""

    kind: Literal["added", "removed"]
    user_id: str
    full_name: str
    by_user_id: str
    by_full_name: str
    at: datetime

    @classmethod
    def of(cls, change: ParticipantChange) -> ParticipantChangeOut:
        """Return the response body."""
        return cls(
            kind=change.kind,
            user_id=change.person.id,
            full_name=change.person.name,
            by_user_id=change.by.id,
            by_full_name=change.by.name,
            at=change.at,
        )


class Participants(_Response):
    """Participants of a session, its creator first; none if it is private. `changes` are in the order of events."""

    participants: list[ParticipantOut]
    changes: list[ParticipantChangeOut]


def _drop_default(schema: dict[str, Any]) -> None:
    # The default stands for an absent field, and is no valid value.
    schema.pop("default", None)


class NewTextPart(_Body):
    """A text part of a new message. Text is the only type that can be sent."""

    type: Literal["text"]
    text: str = Field(min_length=1, max_length=MESSAGE_TEXT_LIMIT)
    """Markdown."""


class NewMessage(_Body):
    """Body of `POST /v1/chat/{id}/messages`: either `parts`, or `content` as a shorthand for one text part."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"oneOf": [{"required": ["content"]}, {"required": ["parts"]}]}
    )

    content: str = Field(default="", min_length=1, max_length=MESSAGE_TEXT_LIMIT, json_schema_extra=_drop_default)
    parts: tuple[NewTextPart, ...] = Field(
        default=(), min_length=1, max_length=MAX_MESSAGE_PARTS, json_schema_extra=_drop_default
    )
    request_id: Id | None = None
    """The client's id of this message: repeating the request with it returns the first result."""

    @model_validator(mode="after")
    def _has_one_content(self) -> Self:
        if len(self.model_fields_set & {"content", "parts"}) != 1:
            raise ValueError("give either content or parts")
        return self

    def as_parts(self) -> tuple[Part, ...]:
        """Return the content as parts of a message."""
        return text_parts(*(part.text for part in self.parts)) if self.parts else text_parts(self.content)


class SessionRow(ChatSession):
    """A session in the list of sessions."""

    preview: str
    preview_role: Literal["user", "assistant"] | None
    unread: int
    live: Literal["idle", "thinking", "blocked"]

    @classmethod
    def of_summary(cls, summary: SessionSummary) -> SessionRow:
        """Return the response body."""
        return cls(
            **summary.session.model_dump(),
            preview=summary.preview,
            preview_role=summary.preview_role,
            unread=summary.unread,
            live=summary.live,
        )


class AuthorOut(_Response):
    """A person who wrote a message."""

    id: str
    name: str | None
    """Null if the account was deleted."""


class MessageOut(_Response):
    """A message; that of an agent has the status of its turn."""

    id: str
    chat_session_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    kind: Literal["plain", "steer"]
    content: str
    parts: tuple[Part, ...]
    task_id: str | None
    author_id: str | None
    author: AuthorOut | None = None
    """Null for an agent's message."""
    request_id: str | None
    created_at: datetime
    turn_status: TurnStatus | None = None

    @classmethod
    def of(cls, message: Message, *, turn_status: TurnStatus | None = None) -> MessageOut:
        """Return the response body."""
        answer = cls.model_validate(message)
        answer.turn_status = turn_status
        if message.author_id is not None:
            answer.author = AuthorOut(id=message.author_id, name=message.author_name)
        return answer


class Sent(_Response):
    """The stored message, and the turn that answers it: null in a group if the agent is not mentioned."""

    message: MessageOut
    turn: Turn | None


class Page(_Response, Generic[ItemT]):
    """One page of a list; `next_cursor` is null on the last page."""

    items: list[ItemT]
    next_cursor: str | None


class SessionWithMessages(ChatSession):
    """A session with its newest messages, the text of its running answers and its cursor for events."""

    messages: Page[MessageOut]
    turns: list[Turn]
    open_parts: list[OpenPart]
    cursor: int
    """The `seq` of the last event that is included: follow the session with it as `Last-Event-ID`."""


class ReadState(_Response):
    """Up to which event you have read a session."""

    chat_id: str
    read_seq: int


class Stopped(_Response):
    """The turn that was stopped, or null if none was running."""

    turn: Turn | None


class ModelStatusOut(_Response):
    """The state of an embedded model: absent, downloading, verifying, loading, ready or failed."""

    name: str
    state: str
    received: int
    """Bytes of the weights that are downloaded."""
    total: int
    """Bytes of the weights in total."""
    eta: float | None
    """Estimated seconds until the download is complete."""
    text: str | None
    """Why the model failed, and what to do."""


class AgentOut(_Response):
    """An agent, without its instructions and the names of its keys."""

    key: str
    name: str
    color: str
    model: str
    description: str
    tools: tuple[str, ...]
    greeting: str
    model_status: ModelStatusOut | None
    """Null if the model is not embedded."""

    @classmethod
    def of(cls, agent: Agent, status: BaseModel | None) -> AgentOut:
        """Return the response body, with the status from `services.agents.model_status`."""
        model_status = None if status is None else ModelStatusOut.model_validate(status)
        return cls(**agent.model_dump(include=set(cls.model_fields)), model_status=model_status)


class ErrorDetail(_Response):
    """An error."""

    code: str
    message: str
    details: dict[str, Any]


class ErrorBody(_Response):
    """The body of every error response."""

    error: ErrorDetail
