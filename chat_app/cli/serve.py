"""Serves the page, the REST API and the event websocket on one port, from one process and one event loop.

The files of the page are served at once, while the rest of the program is loaded in a thread. All other requests wait
until it is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import os
import socket
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import anyio.to_thread

from chat_app.project import find_project
from chat_app.settings.web import WebSettings
from chat_app.web.checks import build_checks
from chat_app.web.server import DrainingServer, configure_server
from chat_app.web.site import SiteFiles, WaitingApp

if TYPE_CHECKING:
    from starlette.applications import Starlette

LOADING_SWITCH_SECONDS = 0.0005
"""Interval in which threads take turns while the program loads; Python's own of 5 ms would delay each of the page's
files several times."""


def serve(
    listener: socket.socket,
    *,
    site: Path,
    address: str,
    settings: WebSettings,
    open_pages: bool,
    on_ready: Callable[[str | None], None],
) -> None:
    """Serve until the process is stopped.

    Args:
        listener: A bound socket.
        site: Reflex's web folder with the built page.
        address: The origin of the page, e.g. `http://127.0.0.1:8000`.
        settings: Names and limits.
        open_pages: Whether everybody gets pages, because there is no login.
        on_ready: Called once all requests are answered, with the path and fragment of the link for setting up the first
            account if there is none.

    Raises:
        ChatAppError: The app could not start.
    """
    asyncio.run(
        _serve(
            listener,
            load=lambda: load_app(site, address=address, settings=settings),
            site=site,
            settings=settings,
            open_pages=open_pages,
            on_ready=on_ready,
        )
    )


async def _serve(
    listener: socket.socket,
    *,
    load: Callable[[], Starlette],
    site: Path,
    settings: WebSettings,
    open_pages: bool,
    on_ready: Callable[[str | None], None],
) -> None:
    waiting = WaitingApp()
    files = SiteFiles(waiting, site=site, pages=open_pages)
    front = build_checks(files, site=site / "build" / "client", settings=settings)
    server = DrainingServer(configure_server(front, settings), on_stop=waiting.close)
    stopping = asyncio.Event()
    app = asyncio.create_task(_run_app(load, waiting, server, stopping, settings=settings, on_ready=on_ready))
    # A start that fails ends the server.
    app.add_done_callback(lambda _: server.stop())
    try:
        await server.serve(sockets=[listener])
    finally:
        stopping.set()
        await app


async def _run_app(
    load: Callable[[], Starlette],
    waiting: WaitingApp,
    server: DrainingServer,
    stopping: asyncio.Event,
    *,
    settings: WebSettings,
    on_ready: Callable[[str | None], None],
) -> None:
    """Load the app in a thread, and run its parts until the server stops."""
    # The thread and the parts share a context, because Reflex keeps what the modules register in a context variable.
    context = contextvars.copy_context()
    with _loading():
        app = await anyio.to_thread.run_sync(context.run, load)
    if not stopping.is_set():
        parts = _run_parts(app, waiting, server, stopping, settings=settings, on_ready=on_ready)
        await asyncio.create_task(parts, context=context)


async def _run_parts(
    app: Starlette,
    waiting: WaitingApp,
    server: DrainingServer,
    stopping: asyncio.Event,
    *,
    settings: WebSettings,
    on_ready: Callable[[str | None], None],
) -> None:
    # Most of it is loaded by now.
    from chat_app.services.accounts.set_up import issue_set_up_link  # noqa: PLC0415
    from chat_app.web.middleware import build_inner  # noqa: PLC0415

    inner, drain = build_inner(app, settings=settings)
    # Around the server and not inside it, where an error of the start would become a line in the log.
    async with app.router.lifespan_context(app):
        set_up = await issue_set_up_link()
        server.on_stop = drain.close
        waiting.open(inner)
        on_ready(set_up)
        await stopping.wait()


@contextlib.contextmanager
def _loading() -> Generator[None]:
    """Change the settings of the interpreter for the duration of a block that loads most of the program."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(LOADING_SWITCH_SECONDS)
    # What is loaded stays: searching it for garbage would take a fifth of the time, and cause pauses later.
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        sys.setswitchinterval(interval)


def load_app(site: Path, *, address: str, settings: WebSettings) -> Starlette:
    """Load the app without compiling its page; called in a thread.

    Args:
        site: Reflex's web folder with the built page.
        address: The origin of the page.
        settings: Names and limits.

    Returns:
        The ASGI app: the files of the page, the event websocket and the REST API.
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
            # Seconds; a dead connection is noticed within their sum.
            "REFLEX_SOCKET_INTERVAL": "10",
            "REFLEX_SOCKET_TIMEOUT": "5",
            "REFLEX_TELEMETRY_ENABLED": "false",
            "REFLEX_CHECK_LATEST_VERSION": "false",
        }
    )
    # Reflex reads its configuration from the current folder while the app is made.
    with contextlib.chdir(find_project()):
        from chat_app.chat_app import app  # noqa: PLC0415 - reads what was set above
        from chat_app.web.event_queue import bound_event_queues  # noqa: PLC0415

        if app.sio is not None:
            # The guard in front has compared the origin with the host that the request names. The library can
            # only compare it with a list, which would break a forwarded port; empty, it compares nothing.
            app.sio.eio.cors_allowed_origins = []  # pyright: ignore[reportUnknownMemberType]
        bound_event_queues(app, settings)
        return cast("Starlette", app())
