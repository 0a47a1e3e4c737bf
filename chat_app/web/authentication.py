"""Authentication middleware for pages, REST requests, event streams and websockets."""

from __future__ import annotations

import asyncio
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, urlencode
from uuid import UUID, uuid5

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.domain.actor import Actor
from chat_app.domain.errors import ChatAppError, Forbidden, Unauthenticated
from chat_app.services.accounts.authentication import authenticate
from chat_app.services.accounts.connections import SIGNED_OUT, Connection
from chat_app.services.limits.checks import throttle_event
from chat_app.services.runtime import current
from chat_app.settings.web import WebSettings
from chat_app.web.client_address import get_client, with_client
from chat_app.web.errors import refuse

CONNECTION_KEY = "chat_app.connection"
"""Key of the `Connection` in the scope of a request or a websocket."""
COOKIE = "chat_login"
"""Name of the login cookie over http."""
SECURE_COOKIE = "__Host-chat_login"
"""Name of the login cookie over https: browsers accept the prefix only from this host and only over https."""
SIGNED_OUT_CODE = 4401
"""Close code of a websocket whose login has ended."""

_SOCKET_HEADERS = frozenset({b"host", b"origin", b"connection", b"upgrade"})
"""Headers of a websocket that the page's framework reads."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PUBLIC_PAGES = frozenset({"/sign-in", "/set-up", "/join", "/reset", "/docs", "/openapi.json"})


async def find_actor(scope: Scope) -> Actor | None:
    """Return the actor of a request or a websocket, or None if nobody is signed in.

    Raises:
        Forbidden: A write with a login cookie does not come from a page of this server.
    """
    headers = Headers(scope=scope)
    bearer = _bearer(headers) if scope["type"] == "http" else None
    if bearer is not None:
        return await authenticate(bearer=bearer)
    cookie = _cookie(headers, https=get_client(scope).https)
    actor = await authenticate(cookie=cookie)
    if cookie is not None and actor is not None and scope["type"] == "http" and scope["method"] not in _SAFE_METHODS:
        _check_own_page(headers)
    return actor


def cookie_name(*, https: bool) -> str:
    """Return the name of the login cookie."""
    return SECURE_COOKIE if https else COOKIE


def _bearer(headers: Headers) -> str | None:
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _cookie(headers: Headers, *, https: bool) -> str | None:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(cookie_name(https=https))
    except CookieError:
        return None
    return None if morsel is None else morsel.value


def _check_own_page(headers: Headers) -> None:
    # `RequestGuard` has checked the Origin header. Every browser sends it with a write.
    if "origin" not in headers and headers.get("sec-fetch-site") != "same-origin":
        raise Forbidden(
            "Requests with a login cookie must come from a page of this server. Programs send a token instead: "
            "Authorization: Bearer <token>.",
            code="origin_missing",
        )


class AuthMiddleware:
    """Authenticates requests and websockets, and closes the connections of ended logins.

    Requests without a login are redirected to the sign-in page or refused. The static files of the page and the
    addresses under `/v1/auth` are public.

    Args:
        app: The app that receives authenticated and public requests.
        settings: The settings of the web server.
    """

    def __init__(self, app: ASGIApp, *, settings: WebSettings) -> None:
        self._app = app
        self._hops = settings.proxy_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = with_client(scope, proxy_hops=self._hops)
        if _is_public(scope):
            await self._app(scope, receive, send)
            return
        try:
            actor = await find_actor(scope)
            if actor is None and not _is_page(scope):
                raise Unauthenticated(SIGNED_OUT)
        except ChatAppError as error:
            if scope["type"] == "websocket":
                # Not a refusal with a text, which the server would log for each of a tab's attempts.
                await send({"type": "websocket.close", "code": SIGNED_OUT_CODE})
            else:
                await refuse(error, scope, receive, send)
            return
        if actor is None:
            await RedirectResponse(f"/sign-in?next={quote(_address(scope), safe='')}", 303)(scope, receive, send)
            return
        with current().connections.open(actor) as connection:
            if scope["type"] == "http":
                await self._app({**scope, CONNECTION_KEY: connection}, receive, send)
            else:
                await self._serve_socket(connection, scope, receive, send)

    async def _serve_socket(self, connection: Connection, scope: Scope, receive: Receive, send: Send) -> None:
        closing: set[asyncio.Task[None]] = set()

        def close() -> None:
            closing.add(asyncio.ensure_future(_close(send)))

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                text: str | bytes = message.get("text") or message.get("bytes") or ""
                await throttle_event(connection.actor, size=len(text))
            connection.used = True
            # A message that arrives after the end of the login is not processed.
            return {"type": "websocket.disconnect", "code": SIGNED_OUT_CODE} if connection.ended else message

        async def sending(message: Message) -> None:
            if not connection.ended:
                await send(message)

        connection.on_end(close)
        await self._app(_bind_socket(scope, connection), receiving, sending)


async def _close(send: Send) -> None:
    await send({"type": "websocket.close", "code": SIGNED_OUT_CODE})


def _bind_socket(scope: Scope, connection: Connection) -> Scope:
    """Return a websocket's scope with its connection, and with a tab token derived for this person."""
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    actor = connection.actor
    query["token"] = [str(uuid5(UUID(token), f"{actor.workspace_id} {actor.user_id}")) for token in query["token"]]
    return {
        **scope,
        CONNECTION_KEY: connection,
        # Reflex sends the headers to the page, where no proxy's header belongs, and keeps them with its state.
        "headers": [(name, value) for name, value in scope["headers"] if name.lower() in _SOCKET_HEADERS],
        "query_string": urlencode(query, doseq=True).encode(),
    }


def _is_public(scope: Scope) -> bool:
    if scope["type"] == "websocket":
        return False
    path = scope["path"]
    if path == "/v1" or path.startswith("/v1/"):
        return path == "/v1/auth" or path.startswith("/v1/auth/")
    return not _is_page(scope)


def _is_page(scope: Scope) -> bool:
    """Whether a browser requests a page that needs a login."""
    path: str = scope["path"]
    return (
        scope["type"] == "http"
        and not path.startswith("/v1")
        and scope["method"] in ("GET", "HEAD")
        and "text/html" in Headers(scope=scope).get("accept", "")
        and path.rstrip("/") not in _PUBLIC_PAGES
        and "." not in path.rpartition("/")[2]
    )


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    path = quote(scope["path"])
    return f"{path}?{query}" if query else path
