"""The HTTP server: uvicorn with deadlines for requests, a bound on connections, and streams that end when it stops."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.descriptors import ACCEPTS_AT_ONCE, BACKLOG, count_possible_connections, raise_open_files
from chat_app.web.open_connections import OpenConnections
from chat_app.web.protocols import HttpProtocol, ServerConfig, WebSocketProtocol

SWEEP_TICKS = 5
"""Tenths of a second between two looks at the deadlines of connections."""


def configure_server(app: ASGIApp, settings: WebSettings) -> ServerConfig:
    """Return the configuration of the server, and let the process open as many files as the settings allow.

    Args:
        app: The app.
        settings: Names and limits.
    """
    open_files = raise_open_files(settings.max_open_files)
    most = count_possible_connections(open_files, most=settings.max_connections)
    connections = OpenConnections(
        most=most,
        # Behind a proxy all connections have its address; `AddressLimit` counts the requests of each client instead.
        most_per_address=None if settings.proxy_hops else max(1, min(settings.max_connections_address, most // 2)),
        stall_seconds=settings.response_stall_seconds,
    )
    return ServerConfig(
        app,
        limits=settings,
        connections=connections,
        loop="asyncio",
        http=HttpProtocol,
        ws=WebSocketProtocol,
        # Compressing frames of one line costs more than it saves.
        ws_per_message_deflate=False,
        # The event protocol has its own heartbeat.
        ws_ping_interval=None,
        ws_max_size=settings.max_event_frame_bytes,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # No proxy is trusted until one is configured.
        proxy_headers=False,
        timeout_graceful_shutdown=round(settings.stop_seconds),
        backlog=ACCEPTS_AT_ONCE,
    )


class DrainingServer(uvicorn.Server):
    """Ends open streams before it waits for its clients.

    Args:
        config: The server's configuration.
        on_stop: Called when the server begins to stop.
    """

    def __init__(self, config: ServerConfig, *, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_stop = on_stop
        self._connections = config.open_connections

    def stop(self) -> None:
        """Stop as soon as possible."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        for listener in sockets or []:
            # asyncio has applied `ACCEPTS_AT_ONCE` to the queue of the kernel too.
            listener.listen(BACKLOG)

    async def on_tick(self, counter: int) -> bool:
        """Give up connections whose time is over, and return whether to stop."""
        if counter % SWEEP_TICKS == 0:
            self._connections.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end what is open, and stop the app."""
        self.on_stop()
        await super().shutdown(sockets)
