"""Describes an error of a model's server as a `TurnFailure`, by its class, code and message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestTimeout,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
)

from chat_app.agents.run.redaction import redact, redacted_line
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure

_OVERFLOW = re.compile(
    r"context[ _](?:length|window|size)"  # OpenAI, vLLM, Groq, llama.cpp, LM Studio
    r"|prompt (?:is )?too long"  # Anthropic, Ollama
    r"|input (?:is )?too long|input length"  # Bedrock, Ollama
    r"|reduce the length of the messages"  # Groq, OpenRouter
    r"|input token count|inputs tokens|inputs? must have less"  # Google, text-generation-inference
    r"|greater than the context",  # LM Studio
    re.IGNORECASE,
)
"""Messages about a conversation that is too long, from servers that send no error code for it."""
_FILTERED = re.compile(
    r"content[ _](?:filter|policy|management)|responsibleai|moderation|flagged|safety system", re.IGNORECASE
)
"""Messages about a request that a provider's content filter blocked."""

TIMED_OUT = "The model's server did not answer in time."
CONNECTION_LOST = "The connection to the model's server was lost."


@dataclass(frozen=True, kw_only=True)
class _ErrorKind:
    """What one class of the agent library's errors means."""

    error: type[ModelAPIError]
    code: TurnErrorCode
    retryable: bool = False
    """Whether the same request may succeed later."""
    text: str
    """For the person who asked; `{model}` stands for the model's name."""


_KINDS = (
    _ErrorKind(
        error=ModelRateLimitError,
        code=TurnErrorCode.RATE_LIMITED,
        retryable=True,
        text="The provider of {model} received too many requests.",
    ),
    _ErrorKind(
        error=ModelQuotaExceededError,
        code=TurnErrorCode.PROVIDER_ERROR,
        text="The account with the provider of {model} has run out of credit. Add credit, or try another model.",
    ),
    _ErrorKind(
        error=ModelAuthenticationError,
        code=TurnErrorCode.MODEL_UNAVAILABLE,
        text="The provider rejected the key for {model}. "
        "Check it under Settings → Keys or in the server's environment.",
    ),
    _ErrorKind(
        error=ModelNotFoundError,
        code=TurnErrorCode.MODEL_UNAVAILABLE,
        text="The provider has no model named {model}. Check the agent's model and base_url.",
    ),
    _ErrorKind(
        error=ModelOverloadedError,
        code=TurnErrorCode.PROVIDER_ERROR,
        retryable=True,
        text="The provider of {model} is overloaded.",
    ),
    _ErrorKind(
        error=ModelUnavailableError,
        code=TurnErrorCode.PROVIDER_ERROR,
        retryable=True,
        text="The provider of {model} is unavailable at the moment.",
    ),
    _ErrorKind(
        error=ModelServerError,
        code=TurnErrorCode.PROVIDER_ERROR,
        retryable=True,
        text="The provider of {model} had an internal error.",
    ),
    _ErrorKind(error=ModelRequestTimeout, code=TurnErrorCode.PROVIDER_ERROR, retryable=True, text=TIMED_OUT),
    _ErrorKind(error=ModelTimeoutError, code=TurnErrorCode.PROVIDER_ERROR, retryable=True, text=TIMED_OUT),
    _ErrorKind(error=ModelConnectionError, code=TurnErrorCode.PROVIDER_ERROR, retryable=True, text=CONNECTION_LOST),
)
"""The first kind that an error is an instance of describes it."""


def describe_api_failure(error: ModelAPIError) -> TurnFailure:
    """Return what an error of a model's server means to the person who asked."""
    message = _provider_message(error)
    if isinstance(error, ModelContextWindowExceededError) or _matches(error, message, _OVERFLOW):
        text = "This conversation is too long for the model. Start a new one, or try another model."
        return _failure(error, TurnErrorCode.CONTEXT_OVERFLOW, text)
    if _matches(error, message, _FILTERED):
        text = "The provider's content filter blocked this request. Rephrase it, or try another model."
        return _failure(error, TurnErrorCode.REFUSED, text)
    if isinstance(error, ModelConnectionError) and error.phase == "connect":
        text = "The server of {model} can't be reached. Check that it is running and that the network works."
        return _failure(error, TurnErrorCode.MODEL_UNAVAILABLE, text, retryable=True)
    for kind in _KINDS:
        if isinstance(error, kind.error):
            return _failure(error, kind.code, kind.text, retryable=kind.retryable)
    return _failure(error, TurnErrorCode.PROVIDER_ERROR, "The provider of {model} rejected the request.")


def _matches(error: ModelAPIError, message: str, wording: re.Pattern[str]) -> bool:
    # The message of a rate limit may mention tokens and context, and that of a lost connection anything. Server errors
    # are searched, because some local servers answer 500 to a prompt that is too long.
    if isinstance(error, ModelRateLimitError | ModelQuotaExceededError | ModelConnectionError):
        return False
    codes = (error.provider_error_code or "", error.provider_error_type or "")
    return wording.search(" ".join((message, *codes))) is not None


def _failure(error: ModelAPIError, code: TurnErrorCode, text: str, *, retryable: bool = False) -> TurnFailure:
    details = {
        "model": redact(error.model_name),
        "status": error.status_code if isinstance(error, ModelHTTPError) else None,
        "provider_code": error.provider_error_code or error.provider_error_type,
        "provider_text": _provider_message(error) or None,
    }
    return TurnFailure(
        code=code,
        text=text.replace("{model}", redact(error.model_name)),
        retryable=retryable,
        retry_after=error.retry_after,
        details={key: value for key, value in details.items() if value is not None},
    )


def _provider_message(error: ModelAPIError) -> str:
    """Return the provider's own message; empty when it sent none."""
    body: object = error.body
    while isinstance(body, dict):
        fields = cast("dict[str, object]", body)
        # OpenAI's SDK hands over the inner object, Anthropic's the outer one; an `error` may be a string.
        body = fields.get("error") or fields.get("message") or fields.get("detail")
    if isinstance(body, str):
        return redacted_line(body)
    return "" if isinstance(error, ModelHTTPError) else redacted_line(error.message)
