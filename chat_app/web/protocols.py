"""The HTTP and websocket protocols of the server: uvicorn's, with deadlines for requests and a bound on connections."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from chat_app.domain.errors import BadRequest, ChatAppError, RequestTimeout, Unavailable
from chat_app.settings.web import WebSettings
from chat_app.web.errors import error_body
from chat_app.web.open_connections import OpenConnections
from chat_app.web.websocket_bounds import BoundedWebSocket

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

LINGER_SECONDS = 5.0
"""Seconds in which a client may finish sending a body after the response to it, e.g. after a refusal."""

_TIMED_OUT = RequestTimeout("The request did not arrive in time. Send it again.")
_NO_HANDSHAKE = BadRequest("The request is not a valid handshake of a websocket.")
_FULL = Unavailable("The server has too many open connections. Try again in a moment.", code="too_many_connections")


class ServerConfig(uvicorn.Config):
    """Uvicorn's configuration, with what the protocols share.

    Args:
        app: The ASGI app.
        limits: The limits of the web server.
        connections: The open connections.
        options: Options of uvicorn.
    """

    def __init__(self, app: Any, *, limits: WebSettings, connections: OpenConnections, **options: Any) -> None:
        super().__init__(app, **options)
        self.limits = limits
        self.open_connections = connections


class HttpProtocol(H11Protocol):
    """HTTP with a deadline for the head and the body of each request."""

    config: ServerConfig
    _head_until: float = 0.0
    _body_until: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept the connection if there is room for it."""
        super().connection_made(transport)
        self._open = self.config.open_connections
        self._limits = self.config.limits
        self._head_until = self.loop.time() + self._limits.request_head_seconds
        address = self.client[0] if self.client else ""
        if not self._open.open(transport, self, address=address, deadline=self._head_until):
            transport.write(_response(_FULL))
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection."""
        self._open.close(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a part of a request."""
        super().data_received(data)
        if self.transport.get_protocol() is self:
            self._set_deadline()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of this one."""
        now = self.loop.time()
        self._head_until = now + self._limits.request_head_seconds
        if self._body_until is not None:
            self._body_until = min(self._body_until, now + LINGER_SECONDS)
        super().on_response_complete()
        self._set_deadline()

    def resume_writing(self) -> None:
        """Send more of a response."""
        self._open.advance(self.transport)
        super().resume_writing()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over to the websocket."""
        self._open.serve(self.transport)
        super().handle_websocket_upgrade(event)

    def give_up(self) -> None:
        """Close the connection, with a response if a part of a request has arrived."""
        if self.flow.read_paused and not self.cycle.response_complete:
            # The app reads more slowly than the client sends.
            self._set_deadline()
            return
        if self.conn.their_state is h11.SEND_BODY:
            started = self.cycle.response_started
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        else:
            started = not self.conn.trailing_data[0]
        if not started:
            self.transport.write(_response(_TIMED_OUT))
        self.transport.close()

    def shutdown(self) -> None:
        """Stop waiting for requests that have not arrived, and close the connection after the response."""
        if self.conn.their_state is h11.SEND_BODY:
            self.flow.resume_reading()
            self.give_up()
        else:
            super().shutdown()

    def _set_deadline(self) -> None:
        """Set the deadline of what the connection waits for."""
        if self.conn.their_state is h11.SEND_BODY:
            now = self.loop.time()
            if self._body_until is None:
                self._body_until = now + self._limits.request_body_seconds
            stalled = now + self._limits.request_stall_seconds
            self._open.wait(self.transport, deadline=min(self._body_until, stalled))
            return
        self._body_until = None
        if self.conn.their_state is h11.IDLE:
            self._open.wait(self.transport, deadline=self._head_until)
        else:
            self._open.serve(self.transport)


class WebSocketProtocol(BoundedWebSocket):
    """A websocket that counts as an open connection until it is closed."""

    config: ServerConfig

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection."""
        self.config.open_connections.close(self.transport)
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """Send more."""
        self.config.open_connections.advance(self.transport)
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read the handshake, which arrives as a whole, or frames."""
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            # Uvicorn would wait for ever, because its websocket library has not understood the request.
            self.close_sent = True
            self.transport.write(_response(_NO_HANDSHAKE))
            self.transport.close()

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message of the app."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            # A refusal is a complete handshake. Uvicorn would log each as an error of the app.
            self.handshake_complete = True


def _response(error: ChatAppError) -> bytes:
    """Return a whole response with an error, after which the connection is closed."""
    body = json.dumps(error_body(error)).encode()
    phrase = HTTPStatus(error.status).phrase
    head = (
        f"HTTP/1.1 {error.status} {phrase}\r\n"
        "content-type: application/json\r\n"
        f"content-length: {len(body)}\r\n"
        "cache-control: no-store\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
