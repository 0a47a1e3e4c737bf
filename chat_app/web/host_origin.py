"""Keeps other websites out: a request must name this server, and come from its own page or from no page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.domain.errors import BadRequest, ChatAppError, Forbidden, NotFound
from chat_app.web.errors import refuse

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names of this machine that no name server can point elsewhere."""

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OWN_SITES = frozenset({"same-origin", "none"})


@dataclass(frozen=True, kw_only=True)
class AccessPolicy:
    """Who may talk to the server.

    Args:
        hosts: Names without port that the Host header may have. The port is not compared: forwarding a
            port is legitimate, and an attacker who rebinds a name keeps the name, whatever its port.
        origins: Origins that may use the server beside the one that the Host header names.
    """

    hosts: frozenset[str] = LOOPBACK_HOSTS
    origins: frozenset[str] = frozenset()


class RequestGuard:
    """Refuses requests that another website may have caused, before anything reads them.

    Args:
        app: What answers the others.
        policy: Who may talk to the server.
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
    """Check where a request goes to and where it comes from.

    Raises:
        BadRequest: The request names no host, or several, or several origins.
        Forbidden: The host is not this server's, or another website caused the request.
        NotFound: The address can't be one.
    """
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    host = _only(headers, b"host")
    match = _HOST.fullmatch(host or "")
    if host is None or match is None:
        raise BadRequest("The request has no valid Host header.", code="bad_host")
    if match["name"] not in policy.hosts:
        raise Forbidden(
            "This server has another name. If the name is yours, add it to CHAT_APP_ALLOWED_HOSTS.",
            code="host_not_allowed",
        )
    origin = _only(headers, b"origin")
    if origin is not None and origin not in policy.origins and origin not in (f"http://{host}", f"https://{host}"):
        raise Forbidden("Another website may not use this app.", code="origin_not_allowed")
    if scope["type"] == "http":
        _check_fetch_site(scope["method"], headers)
    elif origin is None:
        # A websocket is not bound by the same-origin policy, so every browser names its origin when it opens
        # one. Only the page has a use for the event websocket: programs have the REST interface.
        raise Forbidden("The event websocket is for the app's own page.", code="origin_not_allowed")
    if _CONTROL.search(scope["path"]):
        # Said here, because a line break ends what the routes' patterns look at.
        raise NotFound("There is nothing at this address: it holds a control character.", code="unknown_address")


def _check_fetch_site(method: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
    site = _only(headers, b"sec-fetch-site")
    if site is None or site in _OWN_SITES:
        return
    # Following a link from elsewhere is how a deep link works; anything else would be the other site reading.
    follows_link = (
        method in ("GET", "HEAD")
        and _only(headers, b"sec-fetch-mode") == "navigate"
        and _only(headers, b"sec-fetch-dest") == "document"
    )
    if not follows_link:
        raise Forbidden("Another website may not use this app.", code="cross_site")


def _only(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    values = [value for key, value in headers if key == name]
    if len(values) > 1:
        raise BadRequest(f"The request has more than one {name.decode()} header.")
    return values[0].decode("latin-1").lower() if values else None
