"""Why a turn failed: the machine-readable codes, and the failure as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chat_app.domain.errors import TurnError


class TurnErrorCode(StrEnum):
    """Why a turn failed or is delayed; stable in the API, the events and the database."""

    NO_OUTPUT = "no_output"
    """The model returned neither text nor a tool call."""
    PROVIDER_ERROR = "provider_error"
    """The model's provider failed, or rejected the request for another reason than the ones below."""
    RATE_LIMITED = "rate_limited"
    """The provider's rate limit was reached."""
    REFUSED = "refused"
    """The model or its provider's filter declined to answer."""
    CONTEXT_OVERFLOW = "context_overflow"
    """The conversation exceeds the model's context window."""
    MODEL_UNAVAILABLE = "model_unavailable"
    """The model can't be used as configured: a missing key, server, model or weights."""
    USAGE_LIMIT = "usage_limit"
    """The turn used up its model calls, tool calls or tokens, usually because a model repeats tool calls."""
    ACCESS_LOST = "access_lost"
    """The person who asked may no longer ask: they left the workspace or the session, or lost access to the agent."""
    INTERRUPTED = "interrupted"
    """The turn could not be resumed after a restart."""
    INTERNAL = "internal"
    """A bug in this application."""


_RETRYABLE = "retryable"
_RETRY_AFTER = "retry_after"


@dataclass(frozen=True, kw_only=True)
class TurnFailure:
    """Why a turn failed, as text for a person and facts for a program."""

    code: TurnErrorCode
    text: str
    """What happened and what to do next; contains no secret."""
    retryable: bool = False
    """Whether the same request may succeed when it is repeated unchanged."""
    retry_after: float | None = None
    """Seconds to wait before the next attempt, as requested by the provider."""
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """JSON-serializable facts, e.g. the provider's message; contain no secret."""

    def as_error(self) -> TurnError:
        """Return the failure as an error from which `from_error` restores it completely."""
        details = {**self.details, _RETRYABLE: self.retryable, _RETRY_AFTER: self.retry_after}
        return TurnError(self.text, code=self.code.value, details=details)

    @classmethod
    def from_error(cls, error: TurnError) -> TurnFailure:
        """Return the failure that `as_error` made an error of; an unknown code becomes `internal`."""
        details = dict(error.details)
        known = error.code in tuple(TurnErrorCode)
        return cls(
            code=TurnErrorCode(error.code) if known else TurnErrorCode.INTERNAL,
            text=error.message,
            retryable=bool(details.pop(_RETRYABLE, False)),
            retry_after=details.pop(_RETRY_AFTER, None),
            details=details,
        )
