"""Serves the files of the built page, and holds other requests back, while the rest of the program is loaded."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from reflex.route import get_router
from reflex.utils.precompressed_staticfiles import PrecompressedStaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.domain.errors import NotFound, Unavailable
from chat_app.web.errors import refuse

_NOT_PAGES = frozenset({"404", "index"})
"""Routes in Reflex's list whose addresses are no pages; the top page has the address `/`."""


class SiteFiles:
    """Answers requests for the files of the built page, and passes all others on.

    Args:
        app: Answers the other requests.
        site: Reflex's web folder with the built page in `build/client`.
        pages: Whether pages are served to everybody. Otherwise requests for them are passed on too, and only the
            scripts, styles and images are served.
    """

    def __init__(self, app: ASGIApp, *, site: Path, pages: bool) -> None:
        folder = site / "build" / "client"
        routes: list[str] = json.loads((site / "routes.json").read_text(encoding="utf-8"))
        self._app = app
        self._pages = pages
        self._router = get_router(routes)
        self._assets = frozenset(f"/{file.relative_to(folder).as_posix()}" for file in folder.rglob("*") if file.suffix)
        self._files = PrecompressedStaticFiles(
            directory=folder, html=True, encodings=["gzip"], router=self._page_at, check_dir=False
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if self._serves(scope):
            try:
                await self._files(scope, receive, send)
            except HTTPException:
                # For example because the path is longer than a file name may be.
                await refuse(NotFound("Page not found.", code="unknown_address"), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _serves(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        path: str = scope["path"]
        if path in self._assets:
            return not path.endswith(".html")
        return self._pages and self._page_at(path) is not None

    def _page_at(self, path: str) -> str | None:
        route = self._router(path)
        return None if route in _NOT_PAGES and path.strip("/") else route


class WaitingApp:
    """Holds requests back until the application that answers them is loaded, or the server stops."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._loaded = asyncio.Event()

    def open(self, app: ASGIApp) -> None:
        """Pass the requests that wait, and all later ones, to the application."""
        self._app = app
        self._loaded.set()

    def close(self) -> None:
        """Refuse the requests that wait."""
        self._loaded.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        await self._loaded.wait()
        if self._app is None:
            await refuse(Unavailable("The server is stopping.", code="stopping"), scope, receive, send)
        else:
            await self._app(scope, receive, send)
