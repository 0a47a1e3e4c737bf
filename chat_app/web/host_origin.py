"""Host and origin checks: refuses requests with foreign host names and requests that other websites cause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.domain.errors import BadRequest, ChatAppError, Forbidden, NotFound
from chat_app.web.errors import refuse

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names of this machine that DNS cannot redirect."""

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OWN_SITES = frozenset({"same-origin", "none"})


@dataclass(frozen=True, kw_only=True)
class AccessPolicy:
    """The host names and origins that may use the server.

    Args:
        hosts: Names without port that are allowed in the Host header. The port is not compared: forwarding a port is
            legitimate, and in a DNS rebinding attack the name is wrong whatever the port.
        origins: Allowed origins in addition to the one of the Host header.
    """

    hosts: frozenset[str] = LOOPBACK_HOSTS
    origins: frozenset[str] = frozenset()


class RequestGuard:
    """Refuses requests to other host names and from other websites, before anything reads them.

    Args:
        app: The app that receives the other requests.
        policy: The allowed host names and origins.
    """

    def __init__(self, app: ASGIApp, *, policy: AccessPolicy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            check_request(scope, policy=self._policy)
        except ChatAppError as error:
            await refuse(error, scope, receive, send)
            return
        await self._app(scope, receive, send)


def check_request(scope: Scope, *, policy: AccessPolicy) -> None:
    """Check the host and the origin of a request.

    Raises:
        BadRequest: The request has no valid Host header, or several Host or Origin headers.
        Forbidden: The host is not allowed, or another website caused the request.
        NotFound: The path contains a control character.
    """
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    host = _only(headers, b"host")
    match = _HOST.fullmatch(host or "")
    if host is None or match is None:
        raise BadRequest("The request has no valid Host header.", code="bad_host")
    if match["name"] not in policy.hosts:
        raise Forbidden(
            "This host name is not allowed. If it belongs to this server, add it to CHAT_APP_ALLOWED_HOSTS.",
            code="host_not_allowed",
        )
    origin = _only(headers, b"origin")
    if origin is not None and origin not in policy.origins and origin not in (f"http://{host}", f"https://{host}"):
        raise Forbidden("Requests from other websites are not allowed.", code="origin_not_allowed")
    if scope["type"] == "http":
        _check_fetch_site(scope["method"], headers)
    elif origin is None:
        # The same-origin policy does not apply to websockets, but every browser sends the Origin header when it opens
        # one. Programs have no use for the event websocket: they have the REST API.
        raise Forbidden("Only pages of this server can use the event websocket.", code="origin_not_allowed")
    if _CONTROL.search(scope["path"]):
        # Refused here, because the patterns of the routes match only up to a line break.
        raise NotFound("Unknown address: it contains a control character.", code="unknown_address")


def _check_fetch_site(method: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
    site = _only(headers, b"sec-fetch-site")
    if site is None or site in _OWN_SITES:
        return
    # A navigation is a person who follows a link; anything else is the other site reading a response.
    follows_link = (
        method in ("GET", "HEAD")
        and _only(headers, b"sec-fetch-mode") == "navigate"
        and _only(headers, b"sec-fetch-dest") == "document"
    )
    if not follows_link:
        raise Forbidden("Requests from other websites are not allowed.", code="cross_site")


def _only(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    values = [value for key, value in headers if key == name]
    if len(values) > 1:
        raise BadRequest(f"The request has more than one {name.decode()} header.")
    return values[0].decode("latin-1").lower() if values else None
