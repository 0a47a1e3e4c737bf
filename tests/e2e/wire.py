"""The event connections of a browser, in the hands of a test that cuts them."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, WebSocketRoute

EVENT_SOCKET = re.compile(r"/_event")


class Wire:
    """Carries every event connection of a context, until told otherwise.

    Args:
        context: The context; of its pages, those that are loaded from now on.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.connects = 0
        self._open: list[WebSocketRoute] = []
        self._cut_before: str | None = None
        self._cut_after: str | None = None
        context.route_web_socket(EVENT_SOCKET, self._carry)

    def cut(self) -> None:
        """Break all connections; the pages may connect again."""
        for socket in self._open:
            socket.close()
        self._open.clear()

    def cut_before(self, text: str) -> None:
        """Break the connection in place of the next frame to the server that holds the text."""
        self._cut_before = text

    def cut_after(self, text: str) -> None:
        """Break the connection as soon as the server has the next frame that holds the text, before it answers."""
        self._cut_after = text

    def _carry(self, socket: WebSocketRoute) -> None:
        self.connects += 1
        server = socket.connect_to_server()
        self._open.append(socket)

        def to_server(frame: str | bytes) -> None:
            text = str(frame)
            if self._cut_before is not None and self._cut_before in text:
                self._cut_before = None
                self.cut()
                return
            server.send(frame)
            if self._cut_after is not None and self._cut_after in text:
                self._cut_after = None
                self.cut()

        socket.on_message(to_server)
