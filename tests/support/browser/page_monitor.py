"""Watches a browser for what no page of the product may ever cause."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError, WebSocket

_ELSEWHERE_IS_FINE = ("data", "blob", "about")
"""Addresses of these kinds leave for nowhere."""
_CONNECTION_LOST = re.compile(
    r"net::ERR_(CONNECTION|INTERNET|ABORTED|EMPTY_RESPONSE|FAILED)|WebSocket connection to .* failed|status of 503"
    r"|Failed to fetch dynamically imported module"
)
"""What Chromium writes to the console when the server or the network is away, or what asked it for a file writes."""
_REFUSED = re.compile(r"status of 4\d\d")
"""What Chromium itself writes to the console when the server says no."""

_REPORT = "handle_frontend_exception"
"""The event by which a page tells the server of an error of its own."""


class PageMonitor:
    """Collects every error, dialog and request to elsewhere of all pages of a context.

    Args:
        context: The browser's context.
        url: The server's origin: requests may go there and, until a test says otherwise, nowhere else.
    """

    def __init__(self, context: BrowserContext, *, url: str) -> None:
        self.may_lose_connection = False
        """Whether the test takes the server or the network away."""
        self.may_be_refused = False
        """Whether the test asks for what it may not have."""
        self.requests: list[str] = []
        self.hosts = {urlsplit(url).netloc}
        """Where requests may go."""
        self._problems: list[str] = []
        context.on("console", self._note_console)
        context.on("weberror", self._note_error)
        context.on("dialog", self._note_dialog)
        context.on("request", self._note_request)
        context.on("page", self._watch_page)

    def assert_quiet(self) -> None:
        """Fail when a page caused anything that it must not."""
        assert not self._problems, "\n".join(self._problems)

    def _watch_page(self, page: Page) -> None:
        page.on("websocket", self._watch_socket)

    def _watch_socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_frame)

    def _note_frame(self, frame: str | bytes) -> None:
        if _REPORT in str(frame):
            self._problems.append(f"told to the server: {frame}")

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
        if address.scheme not in _ELSEWHERE_IS_FINE and address.netloc not in self.hosts:
            self._problems.append(f"request to elsewhere: {request.url}")
