"""Limits the size of request bodies, with or without a Content-Length header.

Only messages may be large: every other body is refused at a size at which it costs nothing, also without a login.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.domain.errors import BadRequest, TooLarge
from chat_app.web.errors import refuse

_LARGE = re.compile(r"/v1/chat/[^/]+/messages/?")
"""Paths of the bodies that may be large."""


class BodyLimit:
    """Responds with 413 as soon as a body is larger than the limit.

    Args:
        app: The app that receives requests within the limit.
        max_bytes: Maximum number of bytes in the body of a message.
        max_small_bytes: Maximum number of bytes in any other body.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, max_small_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_small_bytes = max_small_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        content_length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not content_length.isdigit():
            await refuse(BadRequest("The Content-Length header is not a number."), scope, receive, send)
            return
        limit = self._max_bytes if _LARGE.fullmatch(scope["path"]) else self._max_small_bytes
        # Longer numbers are no lengths, and converting one takes time.
        if len(content_length) > len(str(limit)) or int(content_length) > limit:
            await refuse(_error(limit), scope, receive, send)
        else:
            await self._count(limit, scope, receive, send)

    async def _count(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0
        started = refused = False

        async def counting_receive() -> Message:
            nonlocal received, refused
            if refused:
                return {"type": "http.disconnect"}
            message = await receive()
            received += len(message.get("body", b""))
            if received <= limit:
                return message
            # The app sees a client that disconnected, and its response is not sent: an error raised here would be
            # turned into a response by the framework.
            refused = True
            if not started:
                await refuse(_error(limit), scope, receive, send)
            return {"type": "http.disconnect"}

        async def sending(message: Message) -> None:
            nonlocal started
            if not refused:
                started = True
                await send(message)

        try:
            await self._app(scope, counting_receive, sending)
        except Exception:
            if not refused:
                raise


def _error(limit: int) -> TooLarge:
    return TooLarge(f"The request body is larger than the limit of {limit:,} bytes.", details={"limit": limit})
