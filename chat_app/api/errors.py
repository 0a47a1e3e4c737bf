"""Error responses of the REST API, all in one format: `{"error": {"code", "message", "details"}}`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from chat_app.api.schemas import ErrorBody
from chat_app.domain.errors import ChatAppError, NotFound

logger = logging.getLogger(__name__)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
ERROR_STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": HTTPStatus(status).phrase} for status in ERROR_STATUSES
}
"""Error responses in the OpenAPI description of each route."""

_FRAMEWORK_ERRORS = {
    400: "The request body cannot be read. Send JSON in UTF-8, without very long numbers and very deep nesting.",
    405: "This address does not support this method. The Allow header lists the supported ones.",
}
"""Messages for the framework's own errors, by status."""


_MAX_PROBLEMS = 20
"""Problems that an answer names: more than anybody reads at once."""
_MAX_CHARACTERS = 200
"""Characters of the name of a field and of what is wrong with it; both may contain what the client sent."""


def error_response(
    status: int,
    code: str,
    message: str,
    *,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an error response."""
    body = {"error": {"code": code, "message": message, "details": dict(details or {})}}
    return JSONResponse(body, status_code=status, headers=dict(headers or {}))


def install(app: FastAPI) -> None:
    """Add the handlers that turn exceptions into error responses."""
    app.add_exception_handler(ChatAppError, _chat_app_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _unexpected)


class UnknownAddress:
    """Responds to requests that no route matches: the address is unknown, or does not support the method.

    It is an ASGI app and not a function, because a route with a function accepts a fixed list of methods only.

    Args:
        known: All other routes.
    """

    def __init__(self, known: Iterable[BaseRoute]) -> None:
        self._known = tuple(known)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request."""
        allowed = [
            method
            for method in METHODS
            if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in self._known)
        ]
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise NotFound("Unknown address. See /docs for the list of addresses.", code="unknown_address")


async def _chat_app_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ChatAppError)
    wait = error.details.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait is not None else None
    return error_response(error.status, error.code, error.message, details=error.details, headers=headers)


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Without the input itself, which may be large or confidential.
    problems = [
        {"field": _shorten(".".join(str(part) for part in problem["loc"])), "problem": _shorten(problem["msg"])}
        for problem in error.errors()[:_MAX_PROBLEMS]
    ]
    first = problems[0] if problems else {"field": "", "problem": "the value is not valid"}
    message = f"Invalid request: {first['field']}: {first['problem']}."
    return error_response(422, "invalid_request", message, details={"problems": problems})


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else f"{text[: _MAX_CHARACTERS - 1]}…"


async def _http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    message = _FRAMEWORK_ERRORS.get(error.status_code, f"{phrase}.")
    return error_response(error.status_code, code, message, headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("unexpected error in %s of a /v1 address", request.method, exc_info=error)
    return error_response(500, "internal", "An unexpected error occurred and was logged. Try again.")
