"""Turns: one answer of an agent to one message, and what its model is still writing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


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
