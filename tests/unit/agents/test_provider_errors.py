"""Exceptions of a model run are described by a code, a message and whether a retry makes sense."""

from __future__ import annotations

import httpx2
import pytest
from dbos import error as dbos_error
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_ai.exceptions import (
    AgentRunError,
    ConcurrencyLimitExceeded,
    ContentFilterError,
    IncompleteToolCall,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
    UserError,
)

from chat_app.agents.run.errors import describe_failure
from chat_app.domain.errors import ConfigError, Conflict, Unavailable
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure

NO_DEADLINE = settings(deadline=None)
"""Tests have no deadline, because a busy machine is not a failure."""

MODEL = "gpt-6.1-sol"
CODE = TurnErrorCode


def answered(status: int, message: str = "", kind: type[ModelAPIError] | None = None, **more: object) -> ModelHTTPError:
    return ModelHTTPError.for_category(
        kind,  # pyright: ignore[reportArgumentType]
        status_code=status,
        model_name=MODEL,
        body={"message": message},
        **more,  # pyright: ignore[reportArgumentType]
    )


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (answered(429, "slow down", ModelRateLimitError), CODE.RATE_LIMITED, True),
        (answered(429, "no credit", ModelQuotaExceededError), CODE.PROVIDER_ERROR, False),
        (answered(401, "who?", ModelAuthenticationError), CODE.MODEL_UNAVAILABLE, False),
        (answered(403, "no", ModelAuthenticationError), CODE.MODEL_UNAVAILABLE, False),
        (answered(404, "which?", ModelNotFoundError), CODE.MODEL_UNAVAILABLE, False),
        (answered(400, "long", ModelContextWindowExceededError), CODE.CONTEXT_OVERFLOW, False),
        (answered(400, "bad", ModelRequestRejectedError), CODE.PROVIDER_ERROR, False),
        (answered(418, "teapot"), CODE.PROVIDER_ERROR, False),
        (answered(529, "busy", ModelOverloadedError), CODE.PROVIDER_ERROR, True),
        (answered(503, "later", ModelUnavailableError), CODE.PROVIDER_ERROR, True),
        (answered(500, "oops", ModelServerError), CODE.PROVIDER_ERROR, True),
        (ModelConnectionError(MODEL, "refused", phase="connect"), CODE.MODEL_UNAVAILABLE, True),
        (ModelTimeoutError(MODEL, "no route", phase="connect"), CODE.MODEL_UNAVAILABLE, True),
        (ModelConnectionError(MODEL, "reset", phase="read"), CODE.PROVIDER_ERROR, True),
        (ModelTimeoutError(MODEL, "silent", phase="read"), CODE.PROVIDER_ERROR, True),
        (ModelRequestTimeout(MODEL, 5.0), CODE.PROVIDER_ERROR, True),
        (ModelAPIError(MODEL, "what"), CODE.PROVIDER_ERROR, False),
        (httpx2.ReadError("cut"), CODE.PROVIDER_ERROR, True),
        (httpx2.ReadTimeout("silent"), CODE.PROVIDER_ERROR, True),
        (ContentFilterError("Content filter triggered. Refusal: 'no'"), CODE.REFUSED, False),
        (OutputTokenLimitExceeded("Model token limit (10) exceeded"), CODE.NO_OUTPUT, False),
        (IncompleteToolCall("cut"), CODE.NO_OUTPUT, False),
        (UnexpectedModelBehavior("Exceeded maximum output retries (2)"), CODE.NO_OUTPUT, True),
        (UnexpectedModelBehavior("Streamed response ended without content or tool calls"), CODE.NO_OUTPUT, True),
        (UnexpectedModelBehavior("Tool 'x' exceeded max retries count of 2"), CODE.USAGE_LIMIT, False),
        (UnexpectedModelBehavior("Invalid response from x"), CODE.PROVIDER_ERROR, True),
        (UsageLimitExceeded("The next request would exceed the request_limit of 50"), CODE.USAGE_LIMIT, False),
        (ConcurrencyLimitExceeded("full"), CODE.RATE_LIMITED, True),
        (UserError("Unknown model"), CODE.MODEL_UNAVAILABLE, False),
        (AgentRunError("odd"), CODE.PROVIDER_ERROR, False),
        (Unavailable("The model is not here yet."), CODE.MODEL_UNAVAILABLE, False),
        (ConfigError("The catalogue is wrong."), CODE.MODEL_UNAVAILABLE, False),
        (Conflict("a fault of our own"), CODE.INTERNAL, False),
        (dbos_error.MaxRecoveryAttemptsExceededError("trn_1", 100), CODE.INTERRUPTED, False),
        (RuntimeError("a fault of our own"), CODE.INTERNAL, False),
        (ExceptionGroup("two", [ValueError("x"), answered(429, "", ModelRateLimitError)]), CODE.RATE_LIMITED, True),
    ],
)
def test_every_failure_has_a_code_and_a_message(error: Exception, code: TurnErrorCode, retryable: bool) -> None:
    failure = describe_failure(error)
    assert (failure.code, failure.retryable) == (code, retryable)
    assert failure.text
    assert failure.text.endswith(".") or "Unknown model" in failure.text


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        # OpenAI, OpenRouter, vLLM
        (400, "This model's maximum context length is 8192 tokens. However, your messages ...", None),
        (400, "Your input exceeds the context window of this model.", "context_length_exceeded"),
        # Anthropic
        (400, "prompt is too long: 210000 tokens > 200000 maximum", None),
        # Groq
        (400, "Please reduce the length of the messages or completion.", None),
        # llama.cpp
        (400, "the request exceeds the available context size, try increasing it", "exceed_context_size_error"),
        (500, "context size has been exceeded", None),
        # Ollama
        (400, "prompt too long; exceeded max context length by 12 tokens", None),
        (500, "input length exceeds maximum context length", None),
        # LM Studio
        (400, "The number of tokens to keep from the initial prompt is greater than the context length.", None),
        # Google
        (400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", None),
    ],
)
def test_a_context_overflow_is_recognised_in_the_wording_of_every_provider(
    status: int, message: str, code: str | None
) -> None:
    kind = ModelRequestRejectedError if status == 400 else ModelServerError
    failure = describe_failure(answered(status, message, kind, provider_error_code=code))
    assert failure.code == CODE.CONTEXT_OVERFLOW
    assert failure.details["provider_text"] == message


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("The response was filtered due to the prompt triggering content management policy.", "content_filter"),
        ("Your request was rejected by our safety system.", "content_policy_violation"),
        ("Input was flagged", None),
    ],
)
def test_a_content_filter_of_the_provider_is_a_refusal(message: str, code: str | None) -> None:
    error = answered(400, message, ModelRequestRejectedError, provider_error_code=code)
    assert describe_failure(error).code == CODE.REFUSED


def test_a_rate_limit_that_mentions_the_context_window_is_a_rate_limit() -> None:
    message = "Rate limit reached: too many tokens for the context window of your plan"
    assert describe_failure(answered(429, message, ModelRateLimitError)).code == CODE.RATE_LIMITED


@pytest.mark.parametrize(
    ("headers", "seconds"), [({"Retry-After": "7"}, 7.0), ({"retry-after-ms": "1500"}, 1.5), ({}, None)]
)
def test_the_retry_delay_of_the_provider_is_kept(headers: dict[str, str], seconds: float | None) -> None:
    error = answered(429, "", ModelRateLimitError, headers=headers)
    assert describe_failure(error).retry_after == seconds


def test_the_details_contain_model_status_code_and_text_of_the_provider() -> None:
    error = answered(500, "disk\nfull", ModelServerError, provider_error_type="server_error")
    assert describe_failure(error).details == {
        "model": MODEL,
        "status": 500,
        "provider_code": "server_error",
        "provider_text": "disk full",
    }


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "the words"}},
        {"message": "the words"},
        {"error": "the words"},
        {"detail": "the words"},
        "the words",
    ],
)
def test_the_providers_message_is_found_in_every_format_of_body(body: object) -> None:
    assert describe_failure(ModelHTTPError(500, MODEL, body)).details["provider_text"] == "the words"


@pytest.mark.parametrize("body", [None, {}, {"error": None}, {"error": [1]}, [], 7, {"message": {"x": 1}}])
def test_a_body_without_a_message_is_a_provider_error_without_text(body: object) -> None:
    failure = describe_failure(ModelHTTPError(500, MODEL, body))
    assert failure.code == CODE.PROVIDER_ERROR
    assert "provider_text" not in failure.details


@NO_DEADLINE
@given(st.sampled_from(["{}", "key {} is wrong", "Bearer {}", '{{"k": "{}"}}']), st.text(max_size=20))
def test_a_failure_contains_no_secret(form: str, noise: str) -> None:
    secret = "sk-proj-Ab3dEf6hIj9lMn2pQr5t"
    words = f"{noise} {form.format(secret)}"
    errors: list[Exception] = [
        ModelHTTPError(500, secret, {"message": words}),
        ModelHTTPError(401, MODEL, words),
        ModelAPIError(MODEL, words),
        ContentFilterError(words),
        UnexpectedModelBehavior(words),
        UserError(words),
        AgentRunError(words),
        Unavailable(words),
        RuntimeError(words),
    ]
    for error in errors:
        failure = describe_failure(error)
        assert secret not in failure.text
        assert secret not in str(failure.details)


failures = st.builds(
    TurnFailure,
    code=st.sampled_from(TurnErrorCode),
    text=st.text(),
    retryable=st.booleans(),
    retry_after=st.none() | st.floats(0, 100),
    details=st.dictionaries(st.sampled_from(["model", "status"]), st.text() | st.integers()),
)


@NO_DEADLINE
@given(failures)
def test_a_failure_is_the_same_after_conversion_to_an_error(failure: TurnFailure) -> None:
    assert describe_failure(failure.as_error()) == failure
