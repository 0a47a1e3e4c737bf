"""Serves an application on a loopback port for tests that need HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from chat_app.settings.web import WebSettings
from chat_app.web.stalled_clients import bounded_protocols


class _Server(uvicorn.Server):
    """A server in the event loop of a test; it installs no signal handlers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serve_asgi(app: ASGIApp, *, settings: WebSettings | None = None) -> AsyncGenerator[str]:
    """Serve an application while the context is open.

    Args:
        app: The application.
        settings: Serves it with the protocols of the product, with these settings; otherwise with those of the library.

    Yields:
        Its origin.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    http, ws = bounded_protocols(settings) if settings is not None else ("auto", "auto")
    config = uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] - two spellings of the same protocol
        http=http,
        ws=ws,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        await server.answers.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
