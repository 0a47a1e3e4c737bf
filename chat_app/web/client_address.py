"""Where a request comes from, told by the connection or by as many proxies as are configured: never guessed."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

_CLIENT = "chat_app.client"
"""Where a scope has its client, once the front has looked."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """Who connected, and whether the way to them is encrypted."""

    address: str
    https: bool


def with_client(scope: Scope, *, proxy_hops: int) -> Scope:
    """Return a scope that knows where it comes from, for `known_client`."""
    return {**scope, _CLIENT: client_of(scope, proxy_hops=proxy_hops)}


def known_client(scope: Scope) -> Client:
    """Return where a request comes from, as the front has found it; without a front, by its connection."""
    client: Client | None = scope.get(_CLIENT)
    return client if client is not None else client_of(scope, proxy_hops=0)


def client_of(scope: Scope, *, proxy_hops: int) -> Client:
    """Return where a request comes from.

    Each proxy adds the address that it saw to the end of `X-Forwarded-For`; what stands further in front was written
    by who asked. So the address is the one that the outermost trusted proxy added, and with fewer entries than
    proxies, or without proxies, that of the connection.

    Args:
        scope: The request's or the socket's.
        proxy_hops: How many proxies stand in front of the program.
    """
    connection = (scope.get("client") or ("",))[0]
    https = scope.get("scheme") in ("https", "wss")
    if proxy_hops == 0:
        return Client(address=connection, https=https)
    headers = Headers(scope=scope)
    passed = _entries(headers.getlist("x-forwarded-for"))
    schemes = _entries(headers.getlist("x-forwarded-proto"))
    # A proxy that names the scheme once names it for all; one that appends does so like the address.
    scheme = schemes[-min(proxy_hops, len(schemes))] if schemes else ""
    return Client(
        address=passed[-proxy_hops] if len(passed) >= proxy_hops else connection,
        https=scheme in ("https", "wss") if scheme else https,
    )


def _entries(lines: list[str]) -> list[str]:
    return [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]
