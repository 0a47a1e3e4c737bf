"""Finds the network address of a client, from the connection or from the headers of trusted proxies."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

_CLIENT = "chat_app.client"
"""Key of the `Client` in a scope, which the authentication middleware sets."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """The network address of a client, and whether it uses https."""

    address: str
    https: bool


def with_client(scope: Scope, *, proxy_hops: int) -> Scope:
    """Return a copy of a scope with its client, for `get_client`."""
    return {**scope, _CLIENT: find_client(scope, proxy_hops=proxy_hops)}


def get_client(scope: Scope) -> Client:
    """Return the client of a request that `with_client` stored, or else the one of its connection."""
    client: Client | None = scope.get(_CLIENT)
    return client if client is not None else find_client(scope, proxy_hops=0)


def find_client(scope: Scope, *, proxy_hops: int) -> Client:
    """Find the client of a request.

    Each proxy appends the address of its client to `X-Forwarded-For`; entries before those of the trusted proxies are
    written by the client itself. So the address is the one appended by the outermost trusted proxy. Without proxies,
    or with fewer entries than proxies, it is the address of the connection.

    Args:
        scope: Scope of the request or the websocket.
        proxy_hops: Number of trusted proxies in front of the server.
    """
    connection = (scope.get("client") or ("",))[0]
    https = scope.get("scheme") in ("https", "wss")
    if proxy_hops == 0:
        return Client(address=connection, https=https)
    headers = Headers(scope=scope)
    addresses = _entries(headers.getlist("x-forwarded-for"))
    schemes = _entries(headers.getlist("x-forwarded-proto"))
    # Some proxies replace the header, so it has one entry; others append to it.
    scheme = schemes[-min(proxy_hops, len(schemes))] if schemes else ""
    return Client(
        address=addresses[-proxy_hops] if len(addresses) >= proxy_hops else connection,
        https=scheme in ("https", "wss") if scheme else https,
    )


def _entries(lines: list[str]) -> list[str]:
    return [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]
