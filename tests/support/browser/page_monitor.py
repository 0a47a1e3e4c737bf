"""Monitors the pages of a browser for errors, dialogs and requests to other hosts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError, WebSocket

_LOCAL_SCHEMES = ("data", "blob", "about")
"""Schemes of addresses that cause no request to a host."""
_CONNECTION_LOST = re.compile(
    r"net::ERR_(CONNECTION|INTERNET|ABORTED|EMPTY_RESPONSE|FAILED)|WebSocket connection to .* failed|status of 503"
    r"|Failed to fetch dynamically imported module|WebSocket is already in CLOSING or CLOSED state"
)
"""Console messages of Chromium and of module loading when the server or the network is not reachable."""
_REFUSED = re.compile(r"status of 4\d\d")
"""Console messages of Chromium about answers with a status of 4xx."""

_REPORT = "handle_frontend_exception"
"""The event by which a page reports an error to the server."""


class PageMonitor:
    """Collects errors, dialogs and requests to other hosts of all pages of a context.

    Args:
        context: The browser's context.
        url: The origin of the server, the only host for requests unless a test adds others to `hosts`.
    """

    def __init__(self, context: BrowserContext, *, url: str) -> None:
        self.may_lose_connection = False
        """Whether the test stops the server or the network, or ends the login of an open page."""
        self.may_be_refused = False
        """Whether the test sends requests that are refused."""
        self.requests: list[str] = []
        self.hosts = {urlsplit(url).netloc}
        """Hosts to which requests may go."""
        self._problems: list[str] = []
        context.on("console", self._note_console)
        context.on("weberror", self._note_error)
        context.on("dialog", self._note_dialog)
        context.on("request", self._note_request)
        context.on("page", self._watch_page)

    def assert_quiet(self) -> None:
        """Fail when a problem was collected."""
        assert not self._problems, "\n".join(self._problems)

    def _watch_page(self, page: Page) -> None:
        page.on("websocket", self._watch_socket)

    def _watch_socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_frame)

    def _note_frame(self, frame: str | bytes) -> None:
        if _REPORT in str(frame):
            self._problems.append(f"reported to the server: {frame}")

    def _note_console(self, message: ConsoleMessage) -> None:
        expected = self.may_lose_connection and _CONNECTION_LOST.search(message.text)
        expected = expected or (self.may_be_refused and _REFUSED.search(message.text))
        if message.type == "error" and not expected:
            self._problems.append(f"console: {message.text}")

    def _note_error(self, error: WebError) -> None:
        self._problems.append(f"uncaught: {error.error}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self._problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)
        address = urlsplit(request.url)
        if address.scheme not in _LOCAL_SCHEMES and address.netloc not in self.hosts:
            self._problems.append(f"request to another host: {request.url}")
