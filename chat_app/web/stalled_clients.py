"""Protocols of the web server that disconnect clients which do not read, or send floods of tiny frames.

A client that does not read keeps what was written to it in the server's memory, and whoever writes waits for it for as
long as the connection lasts. Closing such a connection in the usual way would wait for it too, so it is aborted.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar, cast

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from chat_app.settings.web import WebSettings

MIN_PROGRESS_BYTES = 16_384
"""Bytes that a client must read within `stalled_seconds` to stay connected: less than the slowest mobile network."""
MAX_RECEIVED_FRAMES = 1_000
"""Frames of a client that wait to be read, fragments of one frame, and pings whose answers it does not read. A page
sends few frames at a time, no fragments and no pings."""

_ABORT = "chat_app.abort"
"""Key of the function in a scope's extensions that aborts the connection."""


def abort_connection(scope: Scope) -> None:
    """End the connection of a websocket at once, without sending what is still to be sent."""
    abort = scope.get("extensions", {}).get(_ABORT)
    if abort is not None:
        abort()


class _StallTimer(asyncio.Protocol):
    """Aborts a connection whose client has stopped reading."""

    stalled_seconds: ClassVar[float]
    transport: asyncio.Transport
    _timer: asyncio.TimerHandle | None = None
    _unsent = 0

    def pause_writing(self) -> None:
        """Start to watch the client: more is unsent than should be."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """Stop to watch the client: it has read."""
        self._stop_watching()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop to watch the client."""
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(self.stalled_seconds, self._check)

    def _check(self) -> None:
        if self.transport.get_write_buffer_size() > self._unsent - MIN_PROGRESS_BYTES:
            self.transport.abort()
        else:
            self._watch()

    def _stop_watching(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class HttpProtocol(_StallTimer, H11Protocol):
    """HTTP/1.1, without clients that stop reading."""


class WebSocketProtocol(_StallTimer, WebSocketsSansIOProtocol):
    """Websockets, without clients that stop reading or send more frames than anybody reads."""

    _aborted = False
    _unread_pongs = 0

    async def run_asgi(self) -> None:
        """Run the app with a scope in which it finds how to abort the connection."""
        cast("Scope", self.scope)["extensions"][_ABORT] = self._abort
        await super().run_asgi()

    def handle_ping(self) -> None:
        """Answer a ping, unless the client does not read the answers."""
        super().handle_ping()
        self._unread_pongs = 0 if self.writable.is_set() else self._unread_pongs + 1
        if self._unread_pongs > MAX_RECEIVED_FRAMES:
            self._abort()

    def handle_cont(self, event: Frame) -> None:
        """Take a fragment of a frame."""
        super().handle_cont(event)
        if len(self.frames) > MAX_RECEIVED_FRAMES:
            self._abort()

    def send_receive_event_to_app(self) -> None:
        """Pass a frame to the app, unless too many wait for it."""
        if self._aborted:
            return
        if self.curr_msg_data_type == "text" and not _is_utf8(self.frames):
            # The server would log the frame.
            self._abort()
            return
        super().send_receive_event_to_app()
        if self.queue.qsize() > MAX_RECEIVED_FRAMES:
            self._abort()

    def _abort(self) -> None:
        self._aborted = True
        self.frames = []
        self.transport.abort()


def bounded_protocols(settings: WebSettings) -> tuple[type[HttpProtocol], type[WebSocketProtocol]]:
    """Return the protocols for HTTP and for websockets with the settings' time limit."""
    limits = {"stalled_seconds": settings.stalled_seconds}
    return type("HttpProtocol", (HttpProtocol,), limits), type("WebSocketProtocol", (WebSocketProtocol,), limits)


def _is_utf8(fragments: list[bytes]) -> bool:
    try:
        b"".join(fragments).decode()
    except UnicodeDecodeError:
        return False
    return True
