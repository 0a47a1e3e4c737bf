"""Turns: an agent's answer to one message, its life from queued to ended, and text that is still being written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chat_app.domain.agents import Agent
from chat_app.domain.ids import new_id
from chat_app.domain.parts import Part, ReasoningPart, TextPart
from chat_app.domain.sessions import ChatSession


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class TurnStatus(StrEnum):
    """The state of a turn. Every turn ends exactly once, in one of the last three."""

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


class EndReason(StrEnum):
    """Why a completed answer may be incomplete; stable in the API, the events and the database."""

    LENGTH = "length"
    """The model reached its limit of tokens."""
    CONTENT_FILTER = "content_filter"
    """A filter of the provider stopped the answer."""
    CONNECTION = "connection"
    """The connection to the model's server ended before the answer did."""
    REASONING_ONLY = "reasoning_only"
    """The model reasoned and gave no answer."""


class Usage(_Value):
    """Tokens that a turn used, as counted by its provider."""

    input_tokens: int = 0
    output_tokens: int = 0
    requests: int = 0


class Delay(_Value):
    """Why a running turn is paused until a later time."""

    reason: Literal["rate_limited", "provider_error"]
    text: str
    attempt: int
    until: datetime


class Turn(_Value):
    """One agent answer to one user message.

    The agent as it was when the turn was created is stored beside the turn and is not part of this value.
    """

    id: str
    session_id: str
    workspace_id: str
    user_message_id: str
    assistant_message_id: str
    agent_key: str
    model: str
    status: TurnStatus
    attempt: int
    """How often the turn was started; more than 1 after it was resumed by a restarted server."""
    resumed_at: datetime | None
    delay: Delay | None
    usage: Usage
    error_code: str | None
    end_reason: EndReason | None = None
    """Why a completed answer may be incomplete; None for a whole one."""
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    def claimed(self, *, at: datetime) -> Turn:
        """Return this queued turn as a running one."""
        return self.model_copy(update={"status": TurnStatus.RUNNING, "attempt": 1, "started_at": at})

    def unclaimed(self) -> Turn:
        """Return this turn as it was while it was queued."""
        return self.model_copy(update={"status": TurnStatus.QUEUED, "attempt": 0, "started_at": None})

    def resumed(self, *, at: datetime) -> Turn:
        """Return this running turn as resumed by a restarted server."""
        return self.model_copy(update={"attempt": self.attempt + 1, "resumed_at": at, "delay": None})

    def completed(self, *, at: datetime, usage: Usage, end_reason: EndReason | None = None) -> Turn:
        """Return this turn as answered.

        Args:
            at: When it was answered.
            usage: The tokens it used.
            end_reason: Why the answer may be incomplete.
        """
        return self._ended(TurnStatus.COMPLETED, at=at, usage=usage).model_copy(update={"end_reason": end_reason})

    def failed(self, *, at: datetime, usage: Usage, error_code: str) -> Turn:
        """Return this turn as ended by an error.

        Args:
            at: When it failed.
            usage: The tokens it used until then.
            error_code: A `TurnErrorCode`.
        """
        return self._ended(TurnStatus.FAILED, at=at, usage=usage).model_copy(update={"error_code": error_code})

    def cancelled(self, *, at: datetime) -> Turn:
        """Return this turn as stopped by a person."""
        return self._ended(TurnStatus.CANCELLED, at=at, usage=self.usage)

    def _ended(self, status: TurnStatus, *, at: datetime, usage: Usage) -> Turn:
        return self.model_copy(update={"status": status, "usage": usage, "delay": None, "finished_at": at})


class OpenPart(_Value):
    """A part that a model is still writing. It becomes a `Part` of the message when it is complete."""

    turn_id: str
    message_id: str
    id: str
    attempt: int
    """The attempt of the step; text of an earlier attempt is discarded when the step is repeated."""
    type: Literal["text", "reasoning", "tool_call"]
    text: str
    tool_name: str | None = None
    started_at: datetime


def new_turn(session: ChatSession, agent: Agent, *, question_id: str, at: datetime) -> Turn:
    """Return a queued turn in which an agent answers a message.

    Args:
        session: The session.
        agent: The agent with the model that answers.
        question_id: The message to answer.
        at: When the turn was created.
    """
    return Turn(
        id=new_id("trn"),
        session_id=session.id,
        workspace_id=session.workspace_id,
        user_message_id=question_id,
        assistant_message_id=new_id("msg"),
        agent_key=agent.key,
        model=agent.model,
        status=TurnStatus.QUEUED,
        attempt=0,
        resumed_at=None,
        delay=None,
        usage=Usage(),
        error_code=None,
        created_at=at,
        started_at=None,
        finished_at=None,
    )


def finished_parts(open_parts: Iterable[OpenPart], *, at: datetime) -> list[Part]:
    """Return the text of interrupted parts as parts of the message. Incomplete tool calls are dropped.

    Args:
        open_parts: What the model was writing.
        at: When it was interrupted.
    """
    parts: list[Part] = []
    for part in open_parts:
        if part.type == "text" and part.text:
            parts.append(TextPart(id=part.id, text=part.text))
        elif part.type == "reasoning" and part.text:
            seconds = (at - part.started_at).total_seconds()
            parts.append(ReasoningPart(id=part.id, text=part.text, duration=round(seconds, 3)))
    return parts
