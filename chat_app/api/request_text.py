"""Refuses requests with text that databases can't store and that can't be encoded, before any route reads them."""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import APIRoute

from chat_app.domain.errors import Invalid
from chat_app.domain.text import is_storable_json


async def check_request_text(request: Request) -> None:
    """Check all text of a request: its address, its parameters, its headers and its body.

    Raises:
        Invalid: There is NUL or an unpaired surrogate somewhere.
    """
    parameters = [*request.path_params.values(), *request.query_params.multi_items()]
    headers = any(b"\x00" in value for _, value in request.scope["headers"])
    if headers or not is_storable_json(parameters) or not is_storable_json(await _body(request)):
        raise Invalid(
            "The request contains a character that can't be stored (NUL or an unpaired surrogate).",
            code="invalid_text",
        )


async def _body(request: Request) -> object:
    """Return the body if the route has one; the framework refuses a body that it can't read."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or route.body_field is None:
        return None
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None
