"""Holds back what the server sends over a page's websocket."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocketRoute


class HeldSocket:
    """The websocket of a page; create it before the page opens its websocket.

    Args:
        page: The tab.
    """

    def __init__(self, page: Page) -> None:
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None
        page.route_web_socket("**/_event/**", self._connect)

    def hold(self) -> None:
        """Hold back the frames that the server sends from now on."""
        self._held = []

    def release(self) -> None:
        """Deliver the held frames in order and stop holding."""
        held, self._held = self._held or [], None
        for page_end, frame in held:
            page_end.send(frame)

    def _connect(self, page_end: WebSocketRoute) -> None:
        def forward(frame: str | bytes) -> None:
            if self._held is None:
                page_end.send(frame)
            else:
                self._held.append((page_end, frame))

        page_end.connect_to_server().on_message(forward)
