"""Says what an error of a model's server means: its codes and wordings become a `TurnFailure`."""

from __future__ import annotations

import re
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
"""How servers that send no code of their own word a conversation that is too long."""
_FILTERED = re.compile(
    r"content[ _](?:filter|policy|management)|responsibleai|moderation|flagged|safety system", re.IGNORECASE
)
"""How providers word a request that their filter stopped."""

TIMED_OUT = "The model's server did not answer in time."
CONNECTION_LOST = "The connection to the model's server broke off."

_KINDS: tuple[tuple[type[ModelAPIError], TurnErrorCode, bool, str], ...] = (
    (
        ModelRateLimitError,
        TurnErrorCode.RATE_LIMITED,
        True,
        "The provider of {model} asks to wait: too many requests.",
    ),
    (
        ModelQuotaExceededError,
        TurnErrorCode.PROVIDER_ERROR,
        False,
        "The account at the provider of {model} has no credit left. Top it up, or try another model.",
    ),
    (
        ModelAuthenticationError,
        TurnErrorCode.MODEL_UNAVAILABLE,
        False,
        "The provider did not accept the key for {model}. "
        "Check it under Settings → Keys, or in the server's environment.",
    ),
    (
        ModelNotFoundError,
        TurnErrorCode.MODEL_UNAVAILABLE,
        False,
        "The provider has no model named {model}. Check the agent's model and base_url.",
    ),
    (ModelOverloadedError, TurnErrorCode.PROVIDER_ERROR, True, "The provider of {model} is overloaded."),
    (
        ModelUnavailableError,
        TurnErrorCode.PROVIDER_ERROR,
        True,
        "The provider of {model} can't serve it at the moment.",
    ),
    (ModelServerError, TurnErrorCode.PROVIDER_ERROR, True, "The provider of {model} failed on its side."),
    (ModelRequestTimeout, TurnErrorCode.PROVIDER_ERROR, True, TIMED_OUT),
    (ModelTimeoutError, TurnErrorCode.PROVIDER_ERROR, True, TIMED_OUT),
    (ModelConnectionError, TurnErrorCode.PROVIDER_ERROR, True, CONNECTION_LOST),
)
"""A kind, its code, whether the same request may succeed later, and the words; the first that fits counts."""


def describe_api_failure(error: ModelAPIError) -> TurnFailure:
    """Return what an error of a model's server means to the person who asked."""
    words = _provider_words(error)
    if isinstance(error, ModelContextWindowExceededError) or _says(error, words, _OVERFLOW):
        text = "This conversation is longer than the model can read. Start a new one, or try another model."
        return _failure(error, TurnErrorCode.CONTEXT_OVERFLOW, text)
    if _says(error, words, _FILTERED):
        text = "The provider's filter stopped this request. Word it differently, or try another model."
        return _failure(error, TurnErrorCode.REFUSED, text)
    if isinstance(error, ModelConnectionError) and error.phase == "connect":
        text = "The server of {model} can't be reached. Check that it runs and that the network is there."
        return _failure(error, TurnErrorCode.MODEL_UNAVAILABLE, text, retryable=True)
    for kind, code, retryable, text in _KINDS:
        if isinstance(error, kind):
            return _failure(error, code, text, retryable=retryable)
    return _failure(error, TurnErrorCode.PROVIDER_ERROR, "The provider of {model} refused the request.")


def _says(error: ModelAPIError, words: str, wording: re.Pattern[str]) -> bool:
    # A rate limit may well speak of tokens and context, and a broken connection of anything. Server errors
    # are read, because some local servers answer 500 to a prompt that is too long.
    if isinstance(error, ModelRateLimitError | ModelQuotaExceededError | ModelConnectionError):
        return False
    codes = (error.provider_error_code or "", error.provider_error_type or "")
    return wording.search(" ".join((words, *codes))) is not None


def _failure(error: ModelAPIError, code: TurnErrorCode, text: str, *, retryable: bool = False) -> TurnFailure:
    facts = {
        "model": redact(error.model_name),
        "status": error.status_code if isinstance(error, ModelHTTPError) else None,
        "provider_code": error.provider_error_code or error.provider_error_type,
        "provider_text": _provider_words(error) or None,
    }
    return TurnFailure(
        code=code,
        text=text.replace("{model}", redact(error.model_name)),
        retryable=retryable,
        retry_after=error.retry_after,
        details={key: value for key, value in facts.items() if value is not None},
    )


def _provider_words(error: ModelAPIError) -> str:
    """Return what the provider itself said; empty when it said nothing."""
    body: object = error.body
    while isinstance(body, dict):
        fields = cast("dict[str, object]", body)
        # OpenAI's SDK hands over the inner object, Anthropic's the outer one; an `error` may be a string.
        body = fields.get("error") or fields.get("message") or fields.get("detail")
    if isinstance(body, str):
        return redacted_line(body)
    return "" if isinstance(error, ModelHTTPError) else redacted_line(error.message)
