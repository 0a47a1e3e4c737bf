"""Serves page, REST interface and event websocket on one port from one process and one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import cast

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from chat_app.project import find_project
from chat_app.services.accounts.set_up import issue_set_up_link
from chat_app.settings.web import WebSettings
from chat_app.web.middleware import build_front


def serve(
    listener: socket.socket,
    *,
    site: Path,
    address: str,
    settings: WebSettings,
    on_ready: Callable[[str | None], None],
) -> None:
    """Serve until the process is told to stop.

    Args:
        listener: A bound socket.
        site: Reflex's web folder with the built page.
        address: The origin of the page, e.g. `http://127.0.0.1:8000`.
        settings: Names and limits.
        on_ready: Called once requests are answered, with path and fragment of the link by which the first owner
            chooses a password, if nobody can sign in yet.

    Raises:
        ChatAppError: The app could not start.
    """
    # What is loaded now stays: looking for garbage in it would take a fifth of the start, and later pauses.
    gc.disable()
    app = load_app(site, address=address, settings=settings)
    front, drain = build_front(app, site=site / "build" / "client", settings=settings)
    gc.freeze()
    gc.enable()
    asyncio.run(_run(app, _configure(front, settings), listener, on_ready=on_ready, on_stop=drain.close))


async def _run(
    app: Starlette,
    config: uvicorn.Config,
    listener: socket.socket,
    *,
    on_ready: Callable[[str | None], None],
    on_stop: Callable[[], None],
) -> None:
    # Around the server and not inside it, where an error of the start would become a line in the log.
    async with app.router.lifespan_context(app):
        set_up = await issue_set_up_link()
        server = DrainingServer(config, on_ready=lambda: on_ready(set_up), on_stop=on_stop)
        await server.serve(sockets=[listener])


def load_app(site: Path, *, address: str, settings: WebSettings) -> Starlette:
    """Load the app without compiling its page.

    Args:
        site: Reflex's web folder with the built page.
        address: The origin of the page.
        settings: Names and limits.

    Returns:
        The ASGI app: the page's files, the event websocket and what the app mounts.
    """
    os.environ.update(
        {
            "REFLEX_ENV_MODE": "prod",
            "__REFLEX_SKIP_COMPILE": "true",
            "REFLEX_BACKEND_ONLY": "true",
            "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
            "REFLEX_WEB_WORKDIR": str(site),
            "REFLEX_API_URL": address,
            "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": str(settings.max_event_frame_bytes),
            # Seconds: a connection that died without a word is noticed within their sum.
            "REFLEX_SOCKET_INTERVAL": "10",
            "REFLEX_SOCKET_TIMEOUT": "5",
            "REFLEX_TELEMETRY_ENABLED": "false",
            "REFLEX_CHECK_LATEST_VERSION": "false",
        }
    )
    # Reflex reads its configuration from the current folder while the app is made.
    with contextlib.chdir(find_project()):
        from chat_app.chat_app import app  # noqa: PLC0415 - reads what was set above

        if app.sio is not None:
            # The guard in front has compared the origin with the host that the request names. The library can
            # only compare it with a list, which would break a forwarded port; empty, it compares nothing.
            app.sio.eio.cors_allowed_origins = []  # pyright: ignore[reportUnknownMemberType]
        return cast("Starlette", app())


class DrainingServer(uvicorn.Server):
    """Says when it answers, and ends open streams before it waits for its clients.

    Args:
        config: The server's configuration.
        on_ready: Called once requests are answered.
        on_stop: Called when the server has begun to stop.
    """

    def __init__(self, config: uvicorn.Config, *, on_ready: Callable[[], None], on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the app and listen."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end what is open, and stop the app."""
        self._on_stop()
        await super().shutdown(sockets)


def _configure(app: ASGIApp, settings: WebSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] - two spellings of the same protocol
        loop="asyncio",
        http="h11",
        ws="websockets-sansio",
        # Compressing one-line frames costs more than it saves on loopback and in a proxy's way.
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
    )
