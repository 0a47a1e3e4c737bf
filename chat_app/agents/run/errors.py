"""Says what went wrong in a turn: any exception of a model run becomes a `TurnFailure`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import httpx2
from dbos import error as dbos_error
from pydantic_ai.exceptions import (
    AgentRunError,
    ConcurrencyLimitExceeded,
    ContentFilterError,
    ModelAPIError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
    UserError,
)

from chat_app.agents.run.api_errors import CONNECTION_LOST, TIMED_OUT, describe_api_failure
from chat_app.agents.run.redaction import redact, redacted_line
from chat_app.domain.errors import ChatAppError, ConfigError, TurnError, Unavailable
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure

_EMPTY = ("Exceeded maximum output retries", "ended without content")
"""How the agent library says that a model answered with nothing that can be used."""
_TOOL_LOOP = "exceeded max retries count"
"""How the agent library says that a model kept calling one tool wrongly."""


def describe_failure(error: BaseException) -> TurnFailure:
    """Return what an exception of a model run means to the person who asked.

    Args:
        error: Whatever a run, a model or a tool raised. Of a group, the last member counts.
    """
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[-1]
    for kind, describe in _KINDS:
        if isinstance(error, kind):
            return describe(error)
    return TurnFailure(
        code=TurnErrorCode.INTERNAL,
        text="The app itself failed while it worked on this answer. Try again; the server's log says more.",
        details={"exception": type(error).__name__},
    )


def _unavailable(error: ChatAppError) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.MODEL_UNAVAILABLE,
        text=redact(error.message),
        details={"reason": error.code, **error.details},
    )


def _gave_up(_error: BaseException) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.INTERRUPTED,
        text="The server stopped again and again during this answer, so the answer was given up. Try again.",
    )


def _transport(error: httpx2.TransportError) -> TurnFailure:
    # The agent library wraps these, except where an SDK lets one through in the middle of a stream.
    return TurnFailure(
        code=TurnErrorCode.PROVIDER_ERROR,
        text=TIMED_OUT if isinstance(error, httpx2.TimeoutException) else CONNECTION_LOST,
        retryable=True,
        details={"exception": type(error).__name__},
    )


def _declined(error: ContentFilterError) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.REFUSED,
        text="The model declined to answer this. Word it differently, or try another model.",
        details={"provider_text": redacted_line(error.message)},
    )


def _cut_short(_error: BaseException) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.NO_OUTPUT,
        text="The model used up its tokens before it said anything. Raise max_tokens, or ask for less.",
        details={"reason": "max_tokens"},
    )


def _unexpected(error: UnexpectedModelBehavior) -> TurnFailure:
    if any(words in error.message for words in _EMPTY):
        return TurnFailure(
            code=TurnErrorCode.NO_OUTPUT,
            text="The model ended without an answer. Try again, or try another model.",
            retryable=True,
        )
    if _TOOL_LOOP in error.message:
        return TurnFailure(
            code=TurnErrorCode.USAGE_LIMIT,
            text="The model kept calling a tool in a way that can't work. Try again, or try another model.",
            details={"provider_text": redacted_line(error.message)},
        )
    return TurnFailure(
        code=TurnErrorCode.PROVIDER_ERROR,
        text="The model's server answered in a way that can't be understood.",
        retryable=True,
        details={"provider_text": redacted_line(error.message)},
    )


def _usage_limit(error: UsageLimitExceeded) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.USAGE_LIMIT,
        text="The answer took more than one turn may use. Ask for a smaller step.",
        details={"limit": redacted_line(error.message.partition(". ")[0])},
    )


def _busy(_error: BaseException) -> TurnFailure:
    return TurnFailure(code=TurnErrorCode.RATE_LIMITED, text="The model is busy with other answers.", retryable=True)


def _set_up(error: UserError) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.MODEL_UNAVAILABLE,
        text=f"The model can't be used as it is set up: {redacted_line(error.message)}",
    )


def _other_run_error(error: AgentRunError) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.PROVIDER_ERROR,
        text="The model's answer could not be completed.",
        details={"exception": type(error).__name__, "provider_text": redacted_line(error.message)},
    )


_KINDS: tuple[tuple[type[BaseException], Callable[[Any], TurnFailure]], ...] = (
    (TurnError, TurnFailure.from_error),
    (Unavailable, _unavailable),
    (ConfigError, _unavailable),
    (dbos_error.MaxRecoveryAttemptsExceededError, _gave_up),
    (ModelAPIError, describe_api_failure),
    (httpx2.TransportError, _transport),
    (ContentFilterError, _declined),
    (OutputTokenLimitExceeded, _cut_short),
    (UnexpectedModelBehavior, _unexpected),
    (UsageLimitExceeded, _usage_limit),
    (ConcurrencyLimitExceeded, _busy),
    (UserError, _set_up),
    (AgentRunError, _other_run_error),
)
"""The first kind that fits describes the error, so a subclass stands before its base."""
