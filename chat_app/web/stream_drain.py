"""Ends open event streams when the server stops or their login ends; otherwise they last as long as their clients."""

from __future__ import annotations

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.domain.errors import Unavailable
from chat_app.web.authentication import CONNECTION_KEY
from chat_app.web.errors import refuse

_ENDED = Unavailable("The stream has ended. Connect again.", code="stream_ended")


class StreamDrain:
    """Tracks the open event streams of an app, and ends them on demand.

    Args:
        app: The app.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._streams: set[anyio.CancelScope] = set()

    def close(self) -> None:
        """End all open event streams as complete responses, so that their clients reconnect."""
        for stream in self._streams:
            stream.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stream = anyio.CancelScope()
        started = False

        async def tracking_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start" and _is_event_stream(message):
                self._streams.add(stream)
                if CONNECTION_KEY in scope:
                    scope[CONNECTION_KEY].on_end(stream.cancel)
            await send(message)
            started = True

        try:
            with stream:
                await self._app(scope, receive, tracking_send)
        finally:
            self._streams.discard(stream)
        if stream.cancelled_caught:
            if started:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                await refuse(_ENDED, scope, receive, send)


def _is_event_stream(start: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream") for name, value in start["headers"]
    )
