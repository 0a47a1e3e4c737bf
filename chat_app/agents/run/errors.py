"""Describes any exception of a turn as a `TurnFailure`."""

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
from chat_app.agents.run.end_reasons import NO_ANSWER
from chat_app.agents.run.redaction import redact, redacted_line
from chat_app.domain.errors import ChatAppError, ConfigError, TurnError, Unavailable
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure

_EMPTY = ("Exceeded maximum output retries", "ended without content")
"""Parts of the agent library's messages about a model that returned nothing usable."""
_TOOL_LOOP = "exceeded max retries count"
"""Part of the agent library's message about a model that kept calling one tool incorrectly."""


def describe_failure(error: BaseException) -> TurnFailure:
    """Return what an exception of a model run means to the person who asked.

    Args:
        error: An exception of a run, a model or a tool. Of a group, the last member is described.
    """
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[-1]
    for kind, describe in _KINDS:
        if isinstance(error, kind):
            return describe(error)
    return TurnFailure(
        code=TurnErrorCode.INTERNAL,
        text="Something went wrong in the app itself. Try again. The server's log has the details.",
        details={"exception": type(error).__name__},
    )


def _unavailable(error: ChatAppError) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.MODEL_UNAVAILABLE,
        text=redact(error.message),
        details={"reason": error.code, **error.details},
    )


def _interrupted_too_often(_error: BaseException) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.INTERRUPTED,
        text="The server was interrupted too often during this answer and gave it up. Try again.",
    )


def _transport(error: httpx2.TransportError) -> TurnFailure:
    # The agent library wraps these, except for one that an SDK raises in the middle of a stream.
    return TurnFailure(
        code=TurnErrorCode.PROVIDER_ERROR,
        text=f"{TIMED_OUT if isinstance(error, httpx2.TimeoutException) else CONNECTION_LOST}.",
        retryable=True,
        details={"exception": type(error).__name__},
    )


def _declined(error: ContentFilterError) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.REFUSED,
        text="The model declined to answer. Rephrase the message, or try another model.",
        details={"provider_text": redacted_line(error.message)},
    )


def _out_of_tokens(_error: BaseException) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.NO_OUTPUT,
        text="The model reached its token limit before it answered. Raise max_tokens, or ask for less.",
        details={"reason": "max_tokens"},
    )


def _unexpected(error: UnexpectedModelBehavior) -> TurnFailure:
    if any(part in error.message for part in _EMPTY):
        return NO_ANSWER
    if _TOOL_LOOP in error.message:
        return TurnFailure(
            code=TurnErrorCode.USAGE_LIMIT,
            text="The model kept calling a tool incorrectly. Try again, or try another model.",
            details={"provider_text": redacted_line(error.message)},
        )
    return TurnFailure(
        code=TurnErrorCode.PROVIDER_ERROR,
        text="The model's server sent an invalid response.",
        retryable=True,
        details={"provider_text": redacted_line(error.message)},
    )


def _usage_limit(error: UsageLimitExceeded) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.USAGE_LIMIT,
        text="This answer reached the limit of one turn. Ask for a smaller step.",
        details={"limit": redacted_line(error.message.partition(". ")[0])},
    )


def _busy(_error: BaseException) -> TurnFailure:
    return TurnFailure(code=TurnErrorCode.RATE_LIMITED, text="The model is busy with other answers.", retryable=True)


def _misconfigured(error: UserError) -> TurnFailure:
    return TurnFailure(
        code=TurnErrorCode.MODEL_UNAVAILABLE,
        text=f"The model is misconfigured: {redacted_line(error.message)}",
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
    (dbos_error.MaxRecoveryAttemptsExceededError, _interrupted_too_often),
    (ModelAPIError, describe_api_failure),
    (httpx2.TransportError, _transport),
    (ContentFilterError, _declined),
    (OutputTokenLimitExceeded, _out_of_tokens),
    (UnexpectedModelBehavior, _unexpected),
    (UsageLimitExceeded, _usage_limit),
    (ConcurrencyLimitExceeded, _busy),
    (UserError, _misconfigured),
    (AgentRunError, _other_run_error),
)
"""Exception classes and what describes them. The first that fits is used, so a subclass comes before its base."""
