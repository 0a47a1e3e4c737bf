"""An HTTP transport that connects to public IP addresses only, against server-side request forgery.

The check is part of connecting: a host name is resolved once, all of its addresses must be public, and the socket is
opened to an address that was checked. So a name can't change between the check and the connection, and a redirect is
checked like any other connection. The TLS handshake and the Host header use the name.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, cast

import anyio
import httpcore2
import httpx2

from chat_app.domain.errors import Forbidden

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a host name."""
Allow = Callable[[str], bool]
"""Whether an IP address may be connected to."""

_DENIED_V4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments, one cloud's metadata; global to Python before 3.13
    IPv4Network("192.88.99.0/24"),  # relays into 6to4 tunnels
    IPv4Network("168.63.129.16/32"),  # in a public range, but a cloud's internal service
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""The only range that the internet routes. Outside of it are loopback, link-local, private and multicast addresses, and
those that contain an IPv4 address: mapped, translated (NAT64) and compatible ones."""
_DENIED_V6 = (
    IPv6Network("2001::/23"),  # protocol assignments; Teredo contains an IPv4 address
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4 contains an IPv4 address
    IPv6Network("3fff::/20"),  # documentation
)


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet.

    Args:
        address: An IPv4 or IPv6 address; anything else is not public.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _DENIED_V4)
    return _is_public_v6(ip)


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None or ip not in _GLOBAL_V6:
        return False
    return ip.is_global and not any(ip in network for network in _DENIED_V6)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the IP addresses of a host name in the order of the system's resolver.

    Raises:
        OSError: The name can't be resolved.
    """
    infos = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in infos))


class _Meter:
    """Counts the bytes that connections receive, up to a limit."""

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes

    def count(self, received: int) -> None:
        """Count received bytes.

        Raises:
            httpcore2.ReadError: They are more than the limit.
        """
        self._left -= received
        if self._left < 0:
            raise httpcore2.ReadError("the server sends too much")


class _MeteredStream(httpcore2.AsyncNetworkStream):
    """A connection whose received bytes are counted."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream, meter: _Meter) -> None:
        self._stream = stream
        self._meter = meter

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the interface
        """Receive bytes."""
        data = await self._stream.read(max_bytes, timeout)
        self._meter.count(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the interface
        """Send bytes."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of the base class
    ) -> httpcore2.AsyncNetworkStream:
        """Return the encrypted connection, of which the decrypted bytes are counted."""
        return _MeteredStream(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._meter)

    def get_extra_info(self, info: str) -> Any:
        """Return a fact about the connection."""
        return self._stream.get_extra_info(info)


class PublicBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections to allowed addresses only.

    Args:
        resolve: Resolves host names.
        allow: Whether an IP address may be connected to.
        max_bytes: Bytes that all connections together may receive.
    """

    def __init__(self, *, resolve: Resolve, allow: Allow, max_bytes: int) -> None:
        self._resolve = resolve
        self._allow = allow
        self._meter = _Meter(max_bytes)
        self._backend = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of the base class
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Open a connection to one of the host's addresses, in the resolver's order.

        Raises:
            Forbidden: One of the addresses is not public; legitimate names have no such mixture.
            httpcore2.ConnectError: The name has no address, or none of them accepts the connection.
        """
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise httpcore2.ConnectError(f"{host} can't be found") from error
        if not all(self._allow(address) for address in addresses):
            raise Forbidden(
                "This address is not on the public internet; only public pages can be fetched.",
                code="fetch_refused",
            )
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = await self._backend.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
                return _MeteredStream(stream, self._meter)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class PublicTransport(httpx2.AsyncHTTPTransport):
    """An HTTP transport that opens its connections with `PublicBackend` and uses no proxy.

    Args:
        resolve: Resolves host names.
        allow: Whether an IP address may be connected to.
        ssl_context: The trusted certificates.
        max_bytes: Bytes that may be received in all.
    """

    def __init__(self, *, resolve: Resolve, allow: Allow, ssl_context: ssl.SSLContext, max_bytes: int) -> None:
        super().__init__(verify=ssl_context, trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context,
            network_backend=PublicBackend(resolve=resolve, allow=allow, max_bytes=max_bytes),
        )
