"""Every error of the interface in one shape: `{"error": {"code", "message", "details"}}`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from chat_app.api.schemas import ErrorBody
from chat_app.domain.errors import ChatAppError, NotFound

logger = logging.getLogger(__name__)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
ERROR_STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": HTTPStatus(status).phrase} for status in ERROR_STATUSES
}
"""Every route may answer with an error, always in the same shape."""


def error_response(
    status: int,
    code: str,
    message: str,
    *,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an error in the one shape."""
    body = {"error": {"code": code, "message": message, "details": dict(details or {})}}
    return JSONResponse(body, status_code=status, headers=dict(headers or {}))


def install(app: FastAPI) -> None:
    """Map every exception to the one shape."""
    app.add_exception_handler(ChatAppError, _chat_app_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _unexpected)


async def unknown_address(request: Request) -> JSONResponse:
    """Answer an address under /v1 that does not exist, or a method that its address does not take."""
    *known, _ = request.app.router.routes
    allowed = [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in known)
    ]
    if allowed:
        raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
    raise NotFound("There is nothing at this address. See /docs for those that there are.", code="unknown_address")


async def _chat_app_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ChatAppError)
    return error_response(error.status, error.code, error.message, details=error.details)


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # The input itself is left out: it may be large, and it may be what somebody else sent.
    problems = [
        {"field": ".".join(str(part) for part in problem["loc"]), "problem": problem["msg"]}
        for problem in error.errors()[:20]
    ]
    first = problems[0] if problems else {"field": "", "problem": "it is not valid"}
    message = f"The request is not valid: {first['field']}: {first['problem']}."
    return error_response(422, "invalid_request", message, details={"problems": problems})


async def _http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    return error_response(error.status_code, code, f"{phrase}.", headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("unexpected error in %s of a /v1 address", request.method, exc_info=error)
    return error_response(500, "internal", "Something went wrong here. It was logged; please try again.")
