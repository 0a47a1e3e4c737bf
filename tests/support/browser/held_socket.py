"""The line between a page and its server, on which answers can be held back."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocketRoute


class HeldSocket:
    """A page's websocket; made before the page opens it.

    Args:
        page: The tab.
    """

    def __init__(self, page: Page) -> None:
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None
        page.route_web_socket("**/_event/**", self._connect)

    def hold(self) -> None:
        """Hold back what the server says from now on."""
        self._held = []

    def release(self) -> None:
        """Hand over what was held back, in its order, and hold no more."""
        held, self._held = self._held or [], None
        for page_end, frame in held:
            page_end.send(frame)

    def _connect(self, page_end: WebSocketRoute) -> None:
        def pass_on(frame: str | bytes) -> None:
            if self._held is None:
                page_end.send(frame)
            else:
                self._held.append((page_end, frame))

        page_end.connect_to_server().on_message(pass_on)
