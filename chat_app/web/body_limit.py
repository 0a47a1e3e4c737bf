"""Limits the size of request bodies, of each and of all together, with or without a Content-Length header.

Only messages may be large: every other body is refused at a size at which it costs nothing.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.domain.errors import BadRequest, ChatAppError, TooLarge, Unavailable
from chat_app.web.errors import refuse
from chat_app.web.paths import is_private_api

_LARGE = re.compile(r"/v1/chat/[^/]+/messages/?")
"""Paths of the bodies that may be large."""
_MAX_DIGITS = 20
_TOO_MUCH = Unavailable("The server receives too many large requests. Try again in a moment.", code="too_many_bodies")


class BodyLimit:
    """Responds with 413 as soon as a body is larger than the limit.

    Args:
        app: The app that receives requests within the limit.
        max_bytes: Maximum number of bytes in the body of a message.
        max_small_bytes: The same for other bodies; `max_bytes` when omitted.
        max_public_bytes: The same for addresses that need no login; `max_small_bytes` when omitted.
        max_total_bytes: Maximum number of bytes in the bodies of all running requests; without a limit when omitted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int,
        max_small_bytes: int | None = None,
        max_public_bytes: int | None = None,
        max_total_bytes: int | None = None,
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_small_bytes = max_bytes if max_small_bytes is None else max_small_bytes
        self._max_public_bytes = self._max_small_bytes if max_public_bytes is None else max_public_bytes
        self._max_total_bytes = max_total_bytes
        self._total = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        content_length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not content_length.isdigit():
            await refuse(BadRequest("The Content-Length header is not a number."), scope, receive, send)
            return
        limit = self._limit(scope["path"])
        # Python converts only numbers of up to 4,300 digits.
        if len(content_length) > _MAX_DIGITS or int(content_length) > limit:
            await refuse(_too_large(limit), scope, receive, send)
        else:
            await self._count(scope, receive, send, limit)

    def _limit(self, path: str) -> int:
        if _LARGE.fullmatch(path):
            return self._max_bytes
        return self._max_small_bytes if is_private_api(path) else self._max_public_bytes

    async def _count(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        received = 0
        started = refused = False

        async def counting_receive() -> Message:
            nonlocal received, refused
            if refused:
                return {"type": "http.disconnect"}
            message = await receive()
            size = len(message.get("body", b""))
            received += size
            self._total += size
            error = self._check(received, limit)
            if error is None:
                return message
            # The app sees a client that disconnected, and its response is not sent: an error raised here would be
            # turned into a response by the framework.
            refused = True
            if not started:
                await refuse(error, scope, receive, send)
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
        finally:
            self._total -= received

    def _check(self, received: int, limit: int) -> ChatAppError | None:
        """Return why a body cannot be received, or None."""
        if received > limit:
            return _too_large(limit)
        if self._max_total_bytes is not None and self._total > self._max_total_bytes:
            return _TOO_MUCH
        return None


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request body is larger than the limit of {limit:,} bytes.", details={"limit": limit})
