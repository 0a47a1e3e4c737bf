"""Limits how many values the JSON body of a REST request has, before anything parses it.

Parsing a value and reporting what is wrong with it take time for each, on the event loop that everybody shares: a
megabyte of unknown fields would take more than a second.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.domain.errors import BadRequest
from chat_app.web.errors import refuse
from chat_app.web.request_body import IncompleteBody, receive_body, replay

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A string of JSON, or the rest of a text with an unclosed one, so that each byte is read once."""


class JsonLimit:
    """Responds with 400 to REST requests whose body has too many values.

    Args:
        app: The app that receives the other requests.
        max_values: Maximum number of objects, lists and their elements.
    """

    def __init__(self, app: ASGIApp, *, max_values: int) -> None:
        self._app = app
        self._max_values = max_values

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/") or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        try:
            body = await receive_body(receive)
        except IncompleteBody:
            return
        if count_values(body) > self._max_values:
            await refuse(self._error(), scope, receive, send)
        else:
            await self._app(scope, replay(body, receive), send)

    def _error(self) -> BadRequest:
        return BadRequest(
            f"The request body has more than {self._max_values:,} values, or is not JSON in UTF-8.",
            code="body_too_complex",
            details={"limit": self._max_values},
        )


def count_values(body: bytes) -> float:
    """Return at least the number of values of a JSON text; infinite for one that is not in UTF-8."""
    if b"\0" in body:
        # UTF-16 or UTF-32, in which Python would read it too: the quotes have another length there.
        return float("inf")
    outside = _STRING.sub(b"", body)
    return 1 + sum(outside.count(mark) for mark in (b",", b"{", b"["))
