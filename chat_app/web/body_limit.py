"""Limits the size of request bodies, with or without a Content-Length header."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.domain.errors import BadRequest, TooLarge
from chat_app.web.errors import refuse


class BodyLimit:
    """Responds with 413 as soon as a body is larger than the limit.

    Args:
        app: The app that receives requests within the limit.
        max_bytes: Maximum number of bytes in a body.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        content_length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not content_length.isdigit():
            await refuse(BadRequest("The Content-Length header is not a number."), scope, receive, send)
        elif int(content_length) > self._max_bytes:
            await refuse(self._error(), scope, receive, send)
        else:
            await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0
        started = refused = False

        async def counting_receive() -> Message:
            nonlocal received, refused
            if refused:
                return {"type": "http.disconnect"}
            message = await receive()
            received += len(message.get("body", b""))
            if received <= self._max_bytes:
                return message
            # The app sees a client that disconnected, and its response is not sent: an error raised here would be
            # turned into a response by the framework.
            refused = True
            if not started:
                await refuse(self._error(), scope, receive, send)
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

    def _error(self) -> TooLarge:
        return TooLarge(
            f"The request body is larger than the limit of {self._max_bytes:,} bytes.",
            details={"limit": self._max_bytes},
        )
