"""Messages: what people and agents write in a session, how they are made, and which of them an agent reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chat_app.domain.actor import Actor
from chat_app.domain.errors import Invalid
from chat_app.domain.ids import new_id
from chat_app.domain.mentions import mentions
from chat_app.domain.parts import ErrorPart, FilePart, Part, TextPart, text_of, text_parts
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.domain.text import check_text
from chat_app.domain.turns import Turn

MESSAGE_TEXT_LIMIT = 100_000
"""Characters in the text of one message."""
MAX_MESSAGE_PARTS = 32
"""Parts of one message from a person; each is a row of the database."""
PREVIEW_LENGTH = 160
"""Characters of the newest message that the session list shows."""


class Message(BaseModel):
    """A message of a person or an agent. `task_id` is the id of the turn that it started or that wrote it, if any."""

    model_config = ConfigDict(frozen=True)

    id: str
    chat_session_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    kind: Literal["plain", "steer"]
    parts: tuple[Part, ...]
    task_id: str | None
    author_id: str | None
    author_name: str | None = None
    """The author's display name; None when it is unknown."""
    request_id: str | None
    created_at: datetime

    @property
    def content(self) -> str:
        """The text of the parts."""
        return text_of(self.parts)

    @property
    def preview(self) -> str:
        """The start of the text on one line, or of the errors when there is no text."""
        errors = (part.text for part in self.parts if isinstance(part, ErrorPart))
        text = self.content or " ".join(errors)
        return " ".join(text[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH]


def user_message(
    actor: Actor,
    session: ChatSession,
    *,
    parts: Sequence[Part],
    parent_id: str | None,
    request_id: str | None,
    at: datetime,
) -> Message:
    """Return a new message from a person, without a turn.

    Args:
        actor: The author.
        session: The session.
        parts: Its parts, from `check_message_parts`.
        parent_id: The message before it.
        request_id: The client's id of the request.
        at: When it was sent.
    """
    return Message(
        id=new_id("msg"),
        chat_session_id=session.id,
        parent_id=parent_id,
        role="user",
        kind="plain",
        parts=tuple(parts),
        task_id=None,
        author_id=actor.user_id,
        author_name=actor.name,
        request_id=request_id,
        created_at=at,
    )


def empty_answer(turn: Turn) -> Message:
    """Return the answer of a new turn, without any parts yet."""
    return Message(
        id=turn.assistant_message_id,
        chat_session_id=turn.session_id,
        parent_id=turn.user_message_id,
        role="assistant",
        kind="plain",
        parts=(),
        task_id=turn.id,
        author_id=None,
        request_id=None,
        created_at=turn.created_at,
    )


def greeting_message(session: ChatSession, greeting: str) -> Message:
    """Return the message with which an agent opens a new session."""
    return Message(
        id=new_id("msg"),
        chat_session_id=session.id,
        parent_id=None,
        role="assistant",
        kind="plain",
        parts=text_parts(greeting),
        task_id=None,
        author_id=None,
        request_id=None,
        created_at=session.created_at,
    )


def check_message_parts(parts: Sequence[Part]) -> tuple[TextPart, ...]:
    """Return the parts of a message that a person may send, with new ids; blank parts are left out.

    Raises:
        Invalid: There is no text, too much of it, too many parts, a character that can't be stored, or a part that is
            not text.
    """
    if len(parts) > MAX_MESSAGE_PARTS:
        raise Invalid(
            f"A message can have at most {MAX_MESSAGE_PARTS} parts. This one has {len(parts)}.",
            code="too_many_parts",
            details={"limit": MAX_MESSAGE_PARTS},
        )
    texts = [_check_text_part(part) for part in parts]
    checked = text_parts(*(text for text in texts if text.strip()))
    if not checked:
        raise Invalid("The message is empty. Write something first.", code="empty_message")
    length = len(text_of(checked))
    if length > MESSAGE_TEXT_LIMIT:
        raise Invalid(
            f"A message can have at most {MESSAGE_TEXT_LIMIT:,} characters. This one has {length:,}.",
            code="message_too_long",
            details={"limit": MESSAGE_TEXT_LIMIT},
        )
    return checked


def _check_text_part(part: Part) -> str:
    match part:
        case TextPart(text=text):
            return check_text(text, field="content")
        case FilePart():
            raise Invalid("Files can't be sent yet. Send text only.", code="files_not_supported")
        case _:
            raise Invalid(
                f"A part of the type '{part.type}' can't be sent. Send text only.",
                code="invalid_part",
                details={"type": part.type},
            )


def asks_agent(session: ChatSession, message: Message) -> bool:
    """Whether a person's message starts a turn. In a group only a message that mentions the agent does."""
    return session.visibility != Visibility.GROUP or mentions(message.content, session.agent_key)


def readable_by_agent(messages: Sequence[Message]) -> list[Message]:
    """Return the messages that an agent reads before it answers the next one, oldest first.

    A question that was answered more than once is followed by its newest answer that contains more than errors.
    A question without such an answer stands alone.

    Args:
        messages: The messages before the question, oldest first.
    """
    answers = {
        message.parent_id: message
        for message in messages
        if message.role == "assistant" and any(not isinstance(part, ErrorPart) for part in message.parts)
    }
    readable: list[Message] = []
    for message in messages:
        if message.role == "user":
            readable.append(message)
            if message.id in answers:
                readable.append(answers[message.id])
        elif message.parent_id is None:
            readable.append(message)
    return readable
