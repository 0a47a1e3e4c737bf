"""Limits the open requests and websockets of each client behind a proxy, where all connections have its address."""

from __future__ import annotations

from collections import Counter

from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.domain.errors import TooMany
from chat_app.domain.networks import network_of
from chat_app.web.client_address import find_client
from chat_app.web.errors import refuse

RETRY_SECONDS = 5
"""Seconds after which to try again; nobody knows when one of the requests ends."""


class AddressLimit:
    """Refuses further requests of a client that has too many open ones.

    Args:
        app: The app that receives the other requests.
        most: Requests and websockets that one IPv4 address or IPv6 /64 network may have open.
        proxy_hops: Number of trusted proxies in front of the server.
    """

    def __init__(self, app: ASGIApp, *, most: int, proxy_hops: int) -> None:
        self._app = app
        self._most = most
        self._proxy_hops = proxy_hops
        self._open = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        network = network_of(find_client(scope, proxy_hops=self._proxy_hops).address)
        if self._open[network] >= self._most:
            error = TooMany(
                f"More than {self._most:,} requests from this address are open. Try again in a moment.",
                retry_after=RETRY_SECONDS,
                code="too_many_connections",
            )
            await refuse(error, scope, receive, send)
            return
        self._open[network] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]
