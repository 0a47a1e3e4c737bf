"""Reads what a server says instead of an answer: a refusal, an error in the stream, or a page for browsers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, cast

import httpx2
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
)

from chat_app.agents.models.chat_completions.json_values import parse_json
from chat_app.agents.run.api_errors import NOT_A_MODEL_SERVER

MAX_MESSAGE_LENGTH = 1_000
"""Characters of a server's words that are kept."""

_TAGS = re.compile(r"<(?:script|style)\b.{0,20000}?</(?:script|style)\s*>|<[^<>]{0,2000}>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,500})</title", re.IGNORECASE)
_QUOTA = re.compile(
    r"insufficient[_ ](?:quota|balance|credits?|funds)|quota[_ ]exceeded|exceeded_current_quota|billing"
)
_RATE_LIMIT = re.compile(r"rate[_ -]?limit|too[_ ]many[_ ]requests|throttl")
_OVERLOADED = re.compile(r"overloaded|over[_ ]capacity|capacity exceeded")
_KINDS_BY_STATUS: Mapping[int, type[ModelAPIError]] = {
    401: ModelAuthenticationError,
    402: ModelQuotaExceededError,
    403: ModelAuthenticationError,
    404: ModelNotFoundError,
    429: ModelRateLimitError,
    503: ModelUnavailableError,
    529: ModelOverloadedError,
}


class StreamError(Exception):
    """A server reported an error in the middle of its stream.

    Args:
        error: The value of `error`: an object, or a text.
    """

    def __init__(self, error: Any) -> None:
        super().__init__("the server reported an error in its stream")
        self.error = error


def refusal(model: str, response: httpx2.Response, body: bytes) -> ModelHTTPError:
    """Return the error of a response with an error status.

    Args:
        model: The name of the model.
        response: The response.
        body: Its body, or the beginning of it.
    """
    headers = {name.lower(): value for name, value in response.headers.items()}
    return _http_error(model, response.status_code, _error_of(body), headers=headers, in_stream=False)


def error_in_stream(model: str, error: Any, *, after_output: bool) -> ModelAPIError:
    """Return the error that a server reported in a response whose status was 200.

    Args:
        model: The name of the model.
        error: What the server sent as `error`.
        after_output: Whether part of the answer had come; then the same request is not sent again, because its words
            are shown.
    """
    fields = _fields(error)
    code = fields.get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else _status_of(fields)
    found = _http_error(model, status, fields, headers={}, in_stream=True)
    if after_output and not isinstance(found, ModelRateLimitError | ModelQuotaExceededError):
        return _rejected(model, status, fields)
    return found


def web_page(model: str, page: str) -> ModelHTTPError:
    """Return the error of a web page in place of an answer."""
    fields = {"message": page_text(page), "code": NOT_A_MODEL_SERVER}
    return _rejected(model, 400, fields)


def connection_error(model: str, error: httpx2.TransportError) -> ModelConnectionError:
    """Return the error of a connection that failed."""
    connecting = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
    kind = ModelTimeoutError if isinstance(error, httpx2.TimeoutException) else ModelConnectionError
    return kind(model, str(error) or type(error).__name__, phase="connect" if connecting else "read")


def page_text(page: str) -> str:
    """Return the words of a web page without its markup, at most `MAX_MESSAGE_LENGTH` characters."""
    page = page[:50_000]
    title = _TITLE.search(page)
    words = " ".join(unescape(_TAGS.sub(" ", page)).split())
    if title is not None and len(words) > 300:
        words = " ".join(unescape(title[1]).split())
    return words[:MAX_MESSAGE_LENGTH]


def looks_like_page(text: str) -> bool:
    """Whether a text is a web page."""
    return text.lstrip()[:1] == "<"


def _error_of(body: bytes) -> dict[str, Any]:
    text = body.decode("utf-8", "replace")
    value = parse_json(body)
    if isinstance(value, list) and value:
        # Google's compatible endpoint answers with a list of one error.
        value = cast("list[Any]", value)[0]
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return _fields(fields["error"]) if fields.get("error") else _fields(fields)
    return {"message": page_text(text) if looks_like_page(text) else text.strip()[:MAX_MESSAGE_LENGTH]}


def _fields(error: Any) -> dict[str, Any]:
    """Return an error as an object with `message`."""
    if not isinstance(error, dict):
        return {"message": str(error)[:MAX_MESSAGE_LENGTH]}
    fields = cast("dict[str, Any]", error)
    message = next((value for name in ("message", "detail", "msg", "error") if (value := fields.get(name))), "")
    if isinstance(message, dict):
        message = cast("dict[str, Any]", message).get("message", "")
    metadata: Any = fields.get("metadata")
    if isinstance(metadata, dict) and isinstance(raw := cast("dict[str, Any]", metadata).get("raw"), str):
        # OpenRouter's own words say only that the provider failed, and the reason is inside.
        message = f"{message}: {raw}"
    text = str(message)[:MAX_MESSAGE_LENGTH]
    return {**fields, "message": page_text(text) if looks_like_page(text) else text}


def _http_error(
    model: str, status: int, fields: dict[str, Any], *, headers: Mapping[str, str], in_stream: bool
) -> ModelHTTPError:
    code, kind = fields.get("code"), fields.get("type")
    return ModelHTTPError.for_category(
        _category(status, fields),  # pyright: ignore[reportArgumentType] - one of the classes it accepts
        status_code=status,
        model_name=model,
        body={"message": fields.get("message", "")},
        headers=headers,
        provider_error_code=None if code is None else str(code),
        provider_error_type=None if kind is None else str(kind),
        in_stream=in_stream,
    )


def _rejected(model: str, status: int, fields: dict[str, Any]) -> ModelHTTPError:
    code = fields.get("code")
    return ModelHTTPError.for_category(
        ModelRequestRejectedError,
        status_code=status,
        model_name=model,
        body={"message": fields.get("message", "")},
        provider_error_code=None if code is None else str(code),
        in_stream=True,
    )


def _category(status: int, fields: dict[str, Any]) -> type[ModelAPIError]:
    words = _words(fields)
    if status in (400, 403, 429) and _QUOTA.search(words):
        return ModelQuotaExceededError
    if status >= 500 and _OVERLOADED.search(words):
        return ModelOverloadedError
    known = _KINDS_BY_STATUS.get(status)
    if known is not None:
        return known
    return ModelServerError if status >= 500 else ModelRequestRejectedError


def _status_of(fields: dict[str, Any]) -> int:
    """Return the status that an error in a stream would have had as a response of its own."""
    words = _words(fields)
    if _QUOTA.search(words):
        return 402
    if _RATE_LIMIT.search(words):
        return 429
    if _OVERLOADED.search(words):
        return 529
    return 500 if "server_error" in words or "internal" in words else 400


def _words(fields: dict[str, Any]) -> str:
    return " ".join(str(fields.get(name) or "") for name in ("code", "type", "message")).lower()
