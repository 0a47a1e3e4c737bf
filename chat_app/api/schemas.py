"""What goes over the wire: request bodies and answers of `/v1`."""

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
    ParticipantRole,
    SessionStatus,
    SessionSummary,
    Visibility,
)
from chat_app.domain.turns import OpenPart, Turn, TurnStatus

ItemT = TypeVar("ItemT")

Title = Annotated[str, Field(max_length=TITLE_LIMIT)]
Limit = Annotated[int, Field(json_schema_extra={"minimum": 1})]
"""Rows of a page. The most is a setting, so the service checks the range; the description says what always holds."""


def _written_out(value: object) -> object:
    # Pydantic would take a number for the seconds since 1970 as well, which the description does not say.
    if isinstance(value, str) and not _DATE_TIME.match(value):
        raise ValueError("write it as 2026-03-01T12:00:00Z")
    return value


_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:", re.ASCII)
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
"""A moment as RFC 3339 writes it, with its zone."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NewSession(_Body):
    """Body of `POST /v1/chat`."""

    agent_key: str = Field(max_length=64)
    title: Title = ""
    origin: str | None = Field(default=None, max_length=64)
    """UI, CLI, WEBHOOK, CRON or AGENT; anything else is stored as none."""
    id: Id | None = None
    """A client-made id: asking again with it returns the same session."""


class SessionChange(_Body):
    """Body of `PATCH /v1/chat/{id}`; a field that is left out stays as it is."""

    title: Title | None = None
    status: SessionStatus | None = None
    visibility: Literal[Visibility.PRIVATE, Visibility.WORKSPACE] | None = None
    """A group is none of these: it comes from its participants."""


class NewParticipant(_Body):
    """Body of `POST /v1/chat/{id}/participants`."""

    user_id: Id
    role: ParticipantRole = ParticipantRole.MEMBER
    """What the person is called; it grants nothing."""


class ParticipantOut(_Answer):
    """A person in a session that several share."""

    user_id: str
    email: str | None
    full_name: str
    role: ParticipantRole
    joined_at: datetime

    @classmethod
    def of(cls, person: Participant) -> ParticipantOut:
        """Return the wire form."""
        return cls(
            user_id=person.id,
            email=person.email,
            full_name=person.name,
            role=person.role,
            joined_at=person.joined_at,
        )


class Participants(_Answer):
    """All participants of a session, who made it first; none while it is private."""

    participants: list[ParticipantOut]


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
    """A session as the list shows it."""

    preview: str
    preview_role: Literal["user", "assistant"] | None
    unread: int
    live: Literal["idle", "thinking", "blocked"]

    @classmethod
    def of_summary(cls, summary: SessionSummary) -> SessionRow:
        """Return the wire form."""
        return cls(
            **summary.session.model_dump(),
            preview=summary.preview,
            preview_role=summary.preview_role,
            unread=summary.unread,
            live=summary.live,
        )


class AuthorOut(_Answer):
    """A person who wrote a message."""

    id: str
    name: str | None
    """Null when the account is gone."""


class MessageOut(_Answer):
    """A message; an answer's carries the status of its turn."""

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
        """Return the wire form."""
        answer = cls.model_validate(message)
        answer.turn_status = turn_status
        if message.author_id is not None:
            answer.author = AuthorOut(id=message.author_id, name=message.author_name)
        return answer


class Sent(_Answer):
    """A message that is stored, and the turn that answers it; null in a group when the agent is not mentioned."""

    message: MessageOut
    turn: Turn | None


class Page(_Answer, Generic[ItemT]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[ItemT]
    next_cursor: str | None


class SessionWithMessages(ChatSession):
    """A session with its newest page of messages, its running turns' open text and its cursor for events."""

    messages: Page[MessageOut]
    turns: list[Turn]
    open_parts: list[OpenPart]
    cursor: int
    """The seq of the last event that is in here: `Last-Event-ID` to go on from."""


class ReadState(_Answer):
    """How far the actor has read."""

    chat_id: str
    read_seq: int


class Stopped(_Answer):
    """The turn that was stopped, or null when none was running."""

    turn: Turn | None


class ModelStatusOut(_Answer):
    """How ready an embedded model is: absent, downloading, verifying, loading, ready or failed."""

    name: str
    state: str
    received: int
    """Bytes of the weights that are here."""
    total: int
    """Bytes of the weights."""
    eta: float | None
    """Seconds until the last byte."""
    text: str | None
    """Why it failed and what to do next."""


class AgentOut(_Answer):
    """An agent as others may see it: no instructions, no names of keys."""

    key: str
    name: str
    color: str
    model: str
    description: str
    tools: tuple[str, ...]
    greeting: str
    model_status: ModelStatusOut | None
    """None for a model that is not embedded."""

    @classmethod
    def of(cls, agent: Agent, status: BaseModel | None) -> AgentOut:
        """Return the wire form, with what `services.agents.model_status` says of the agent's model."""
        ready = None if status is None else ModelStatusOut.model_validate(status)
        return cls(**agent.model_dump(include=set(cls.model_fields)), model_status=ready)


class ErrorDetail(_Answer):
    """What happened."""

    code: str
    message: str
    details: dict[str, Any]


class ErrorBody(_Answer):
    """The one shape of every error."""

    error: ErrorDetail
