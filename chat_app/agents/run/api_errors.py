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

TIMED_OUT = "The model's server did not answer in time"
CONNECTION_LOST = "The connection to the model's server was lost"
NOT_A_MODEL_SERVER = "not_a_model_server"
"""Code of an answer that is a web page: `base_url` leads to something else."""


@dataclass(frozen=True, kw_only=True)
class _Meaning:
    """What an error means to the person who asked; `{model}` stands for the model's name."""

    code: TurnErrorCode
    what: str
    """What happened, as a sentence without its full stop: the provider's own words follow."""
    advice: str = ""
    """What to do next."""
    retryable: bool = False
    """Whether the same request may succeed later."""


_OVERFLOWED = _Meaning(
    code=TurnErrorCode.CONTEXT_OVERFLOW,
    what="This conversation is too long for the model",
    advice="Start a new one, or try another model.",
)
_BLOCKED = _Meaning(
    code=TurnErrorCode.REFUSED,
    what="The provider's content filter blocked this request",
    advice="Rephrase it, or try another model.",
)
_NO_MODEL_SERVER = _Meaning(
    code=TurnErrorCode.MODEL_UNAVAILABLE,
    what="The address of {model} leads to a web page and does not speak the OpenAI interface",
    advice="Check the agent's base_url.",
)
_UNREACHABLE = _Meaning(
    code=TurnErrorCode.MODEL_UNAVAILABLE,
    what="The server of {model} can't be reached",
    advice="Check that it is running and that the network works.",
    retryable=True,
)
_REJECTED = _Meaning(code=TurnErrorCode.PROVIDER_ERROR, what="The provider of {model} rejected the request")
_KINDS: tuple[tuple[type[ModelAPIError], _Meaning], ...] = (
    (
        ModelRateLimitError,
        _Meaning(
            code=TurnErrorCode.RATE_LIMITED, what="The provider of {model} received too many requests", retryable=True
        ),
    ),
    (
        ModelQuotaExceededError,
        _Meaning(
            code=TurnErrorCode.PROVIDER_ERROR,
            what="The account with the provider of {model} has run out of credit",
            advice="Add credit, or try another model.",
        ),
    ),
    (
        ModelAuthenticationError,
        _Meaning(
            code=TurnErrorCode.MODEL_UNAVAILABLE,
            what="The provider rejected the key for {model}",
            advice="Check it under Settings → Keys or in the server's environment.",
        ),
    ),
    (
        ModelNotFoundError,
        _Meaning(
            code=TurnErrorCode.MODEL_UNAVAILABLE,
            what="The provider has no model named {model}",
            advice="Check the agent's model and base_url.",
        ),
    ),
    (
        ModelOverloadedError,
        _Meaning(code=TurnErrorCode.PROVIDER_ERROR, what="The provider of {model} is overloaded", retryable=True),
    ),
    (
        ModelUnavailableError,
        _Meaning(
            code=TurnErrorCode.PROVIDER_ERROR,
            what="The provider of {model} is not available now",
            retryable=True,
        ),
    ),
    (
        ModelServerError,
        _Meaning(code=TurnErrorCode.PROVIDER_ERROR, what="The server of {model} had an internal error", retryable=True),
    ),
    (ModelRequestTimeout, _Meaning(code=TurnErrorCode.PROVIDER_ERROR, what=TIMED_OUT, retryable=True)),
    (ModelTimeoutError, _Meaning(code=TurnErrorCode.PROVIDER_ERROR, what=TIMED_OUT, retryable=True)),
    (ModelConnectionError, _Meaning(code=TurnErrorCode.PROVIDER_ERROR, what=CONNECTION_LOST, retryable=True)),
)
"""The first class that an error is an instance of says what it means."""


def describe_api_failure(error: ModelAPIError) -> TurnFailure:
    """Return what an error of a model's server means to the person who asked."""
    words = "" if isinstance(error, ModelConnectionError | ModelRequestTimeout) else _provider_message(error)
    meaning = _meaning(error, words)
    details = {
        "model": redact(error.model_name),
        "status": error.status_code if isinstance(error, ModelHTTPError) else None,
        "provider_code": error.provider_error_code or error.provider_error_type,
        "provider_text": words or None,
    }
    return TurnFailure(
        code=meaning.code,
        text=_sentences(meaning, words).replace("{model}", redact(error.model_name)),
        retryable=meaning.retryable,
        retry_after=error.retry_after,
        details={key: value for key, value in details.items() if value is not None},
    )


def _meaning(error: ModelAPIError, words: str) -> _Meaning:
    if error.provider_error_code == NOT_A_MODEL_SERVER:
        return _NO_MODEL_SERVER
    if isinstance(error, ModelContextWindowExceededError) or _matches(error, words, _OVERFLOW):
        return _OVERFLOWED
    if _matches(error, words, _FILTERED):
        return _BLOCKED
    if isinstance(error, ModelConnectionError) and error.phase == "connect":
        return _UNREACHABLE
    return next((meaning for kind, meaning in _KINDS if isinstance(error, kind)), _REJECTED)


def _sentences(meaning: _Meaning, words: str) -> str:
    """Return what happened, in the provider's own words if it said any, and what to do next."""
    said = f"{meaning.what}: {words}" if words else meaning.what
    said = said if said.endswith((".", "!", "?", "…")) else f"{said}."
    return f"{said} {meaning.advice}" if meaning.advice else said


def _matches(error: ModelAPIError, message: str, wording: re.Pattern[str]) -> bool:
    # The message of a rate limit may mention tokens and context, and that of a lost connection anything. Server errors
    # are searched, because some local servers answer 500 to a prompt that is too long.
    if isinstance(error, ModelRateLimitError | ModelQuotaExceededError | ModelConnectionError):
        return False
    codes = (error.provider_error_code or "", error.provider_error_type or "")
    return wording.search(" ".join((message, *codes))) is not None


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
