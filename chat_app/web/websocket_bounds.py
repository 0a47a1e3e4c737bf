"""Websockets whose clients cannot fill the memory with unread frames, nor with answers that they do not read.

A connection that passes a bound is aborted: closing it in the usual way would wait until the client has read the rest.
"""

from __future__ import annotations

from typing import cast

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

MAX_UNREAD_FRAMES = 1_000
"""Frames of a client that wait to be read, fragments of one frame, and pings whose answers it does not read. A page
sends few frames at a time, no fragments and no pings."""

_ABORT = "chat_app.abort"
"""Key of the function in a scope's extensions that aborts the connection."""


def abort_connection(scope: Scope) -> None:
    """End the connection of a websocket at once, without sending what is still to be sent."""
    abort = scope.get("extensions", {}).get(_ABORT)
    if abort is not None:
        abort()


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """A websocket that is aborted if its client sends more frames than are read, or reads no answers to its pings."""

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
        if self._unread_pongs > MAX_UNREAD_FRAMES:
            self._abort()

    def handle_cont(self, event: Frame) -> None:
        """Take a fragment of a frame."""
        super().handle_cont(event)
        if len(self.frames) > MAX_UNREAD_FRAMES:
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
        if self.queue.qsize() > MAX_UNREAD_FRAMES:
            self._abort()

    def _abort(self) -> None:
        self._aborted = True
        self.frames = []
        self.transport.abort()


def _is_utf8(fragments: list[bytes]) -> bool:
    try:
        b"".join(fragments).decode()
    except UnicodeDecodeError:
        return False
    return True
