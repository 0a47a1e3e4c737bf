"""Why a turn failed: the codes that a program reads and the failure as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chat_app.domain.errors import TurnError


class TurnErrorCode(StrEnum):
    """What ended a turn, or holds it up; stable in the API, the events and the database."""

    NO_OUTPUT = "no_output"
    """The model ended without a word or a tool call."""
    PROVIDER_ERROR = "provider_error"
    """The model's provider failed, or refused the request for a reason of its own."""
    RATE_LIMITED = "rate_limited"
    """The provider asks to wait."""
    REFUSED = "refused"
    """The model or its provider's filter declined to answer."""
    CONTEXT_OVERFLOW = "context_overflow"
    """The conversation is longer than the model can read."""
    MODEL_UNAVAILABLE = "model_unavailable"
    """The model can't be reached as it is set up: no key, no server, no such model, no weights."""
    USAGE_LIMIT = "usage_limit"
    """The turn used up its model calls, tool calls or tokens; most often a model calls tools in a circle."""
    INTERRUPTED = "interrupted"
    """The turn was given up because every try to resume it after a restart was cut as well."""
    INTERNAL = "internal"
    """A fault of this application."""


_RETRYABLE = "retryable"
_RETRY_AFTER = "retry_after"


@dataclass(frozen=True, kw_only=True)
class TurnFailure:
    """What went wrong in a turn, in words for a person and in facts for a program."""

    code: TurnErrorCode
    text: str
    """What happened and what to do next; holds no secret."""
    retryable: bool = False
    """Whether the same request may succeed when it is sent again unchanged."""
    retry_after: float | None = None
    """Seconds that the provider asked to wait before the next try."""
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """JSON-serializable facts, e.g. the provider's own words; hold no secret."""

    def as_error(self) -> TurnError:
        """Return the failure as an error that `from_error` reads back without loss."""
        details = {**self.details, _RETRYABLE: self.retryable, _RETRY_AFTER: self.retry_after}
        return TurnError(self.text, code=self.code.value, details=details)

    @classmethod
    def from_error(cls, error: TurnError) -> TurnFailure:
        """Return the failure that the error stands for; a code that is unknown here becomes `internal`."""
        details = dict(error.details)
        known = error.code in tuple(TurnErrorCode)
        return cls(
            code=TurnErrorCode(error.code) if known else TurnErrorCode.INTERNAL,
            text=error.message,
            retryable=bool(details.pop(_RETRYABLE, False)),
            retry_after=details.pop(_RETRY_AFTER, None),
            details=details,
        )
