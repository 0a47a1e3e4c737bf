"""Receives the whole body of a request before the app acts on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import Message, Receive, Scope


class IncompleteBody(Exception):  # noqa: N818 - not an error of the server
    """The client disconnected, or stopped sending, before the end of the body."""


def has_body(scope: Scope) -> bool:
    """Whether a request announces a body."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


async def receive_body(receive: Receive, *, on_wait: Callable[[], None] | None = None) -> bytes:
    """Return the whole body of a request, which `BodyLimit` bounds.

    Args:
        receive: Receives a part.
        on_wait: Called if a part had not arrived yet and had to be waited for.

    Raises:
        IncompleteBody: There is no end.
    """
    parts: list[bytes] = []
    while True:
        # The loop calls it only if `receive` lets it run.
        waiting = asyncio.get_running_loop().call_soon(on_wait) if on_wait is not None else None
        message = await receive()
        if waiting is not None:
            waiting.cancel()
        if message["type"] != "http.request":
            raise IncompleteBody
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a function that receives a body that has arrived, and what follows it.

    Args:
        body: The body.
        receive: Receives what follows: the end of the connection.
    """
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return pending.pop() if pending else await receive()

    return receiving
