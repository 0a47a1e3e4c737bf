"""Serves an application on a loopback port for tests that need HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.protocols import ServerConfig
from chat_app.web.server import DrainingServer, configure_server


class _Server(DrainingServer):
    """A server in the event loop of a test; it installs no signal handlers."""

    def __init__(self, config: ServerConfig) -> None:
        super().__init__(config, on_stop=lambda: None)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serve_asgi(app: ASGIApp, settings: WebSettings | None = None) -> AsyncGenerator[str]:
    """Serve an application, as the program itself is served, while the context is open.

    Args:
        app: The application.
        settings: Limits of the server.

    Yields:
        Its origin.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(configure_server(app, settings or WebSettings(stop_seconds=1)))
    task = asyncio.create_task(server.serve([listener]))
    try:
        await server.answers.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
