"""Decides who acts, in front of page, REST, streams and websocket alike, and shuts what a sign-out ends."""

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
from chat_app.services.limits.checks import pace_event
from chat_app.services.runtime import current
from chat_app.settings.web import WebSettings
from chat_app.web.client_address import known_client, with_client
from chat_app.web.errors import refuse

ENTRANCE = "chat_app.entrance"
"""Where a request's scope has its entrance."""
CONNECTION_HEADER = "x-chat-app-entrance"
"""Names the entrance of a socket to the event handlers; what a client sends under this name is dropped."""
COOKIE = "chat_login"
SECURE_COOKIE = "__Host-chat_login"
"""The cookie's name over https: browsers take this prefix from no other host and over nothing else."""
SIGNED_OUT_CODE = 4401
"""Why a socket was closed: its login has ended."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN_PAGES = frozenset({"/sign-in", "/set-up", "/join", "/reset", "/docs", "/openapi.json"})


async def find_actor(scope: Scope) -> Actor | None:
    """Return who acts in a request or through a socket, or None when nobody is signed in.

    Raises:
        Forbidden: A login's cookie came with a write that does not name this server's own page as its origin.
    """
    headers = Headers(scope=scope)
    bearer = _bearer(headers) if scope["type"] == "http" else None
    if bearer is not None:
        return await authenticate(bearer=bearer)
    cookie = _cookie(headers, https=known_client(scope).https)
    actor = await authenticate(cookie=cookie)
    if cookie is not None and actor is not None and scope["type"] == "http" and scope["method"] not in _SAFE_METHODS:
        _check_own_page(headers)
    return actor


def cookie_name(*, https: bool) -> str:
    """Return the name of the login's cookie."""
    return SECURE_COOKIE if https else COOKIE


def _bearer(headers: Headers) -> str | None:
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _cookie(headers: Headers, *, https: bool) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(cookie_name(https=https))
    except CookieError:
        return None
    return None if found is None else found.value


def _check_own_page(headers: Headers) -> None:
    # Where an origin is named, the guard in front has compared it. Every browser names one with a write.
    if "origin" not in headers and headers.get("sec-fetch-site") != "same-origin":
        raise Forbidden(
            "A browser's login is for the app's own page. Programs use a token: Authorization: Bearer.",
            code="origin_missing",
        )


class AuthMiddleware:
    """Lets in who is signed in, and shows the way to the others.

    What needs nobody passes: the page's own files hold no data, and the addresses under `/v1/auth` are how one
    signs in.

    Args:
        app: What answers.
        settings: Names and limits.
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
        if _needs_nobody(scope):
            await self._app(scope, receive, send)
            return
        try:
            actor = await find_actor(scope)
            if actor is None and not _is_page(scope):
                raise Unauthenticated(SIGNED_OUT)
        except ChatAppError as error:
            if scope["type"] == "websocket":
                # Tabs try again and again; the server would log each refusal that has a text.
                await send({"type": "websocket.close", "code": SIGNED_OUT_CODE})
            else:
                await refuse(error, scope, receive, send)
            return
        if actor is None:
            await RedirectResponse(f"/sign-in?next={quote(_address(scope), safe='')}", 303)(scope, receive, send)
            return
        with current().entrances.open(actor) as entrance:
            if scope["type"] == "http":
                await self._app({**scope, ENTRANCE: entrance}, receive, send)
            else:
                await self._serve_socket(entrance, scope, receive, send)

    async def _serve_socket(self, entrance: Connection, scope: Scope, receive: Receive, send: Send) -> None:
        closing: set[asyncio.Task[None]] = set()

        def close() -> None:
            closing.add(asyncio.ensure_future(_close(send)))

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                await pace_event(entrance.actor)
            entrance.used = True
            # What was on its way when the login ended is not read any more.
            return {"type": "websocket.disconnect", "code": SIGNED_OUT_CODE} if entrance.ended else message

        async def sending(message: Message) -> None:
            if not entrance.ended:
                await send(message)

        entrance.on_end(close)
        await self._app(_bound(scope, entrance), receiving, sending)


async def _close(send: Send) -> None:
    await send({"type": "websocket.close", "code": SIGNED_OUT_CODE})


def _bound(scope: Scope, entrance: Connection) -> Scope:
    """Return a socket's scope with its entrance named, and with a tab's token that counts for this person alone."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != CONNECTION_HEADER.encode()]
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    actor = entrance.actor
    query["token"] = [str(uuid5(UUID(token), f"{actor.workspace_id} {actor.user_id}")) for token in query["token"]]
    return {
        **scope,
        ENTRANCE: entrance,
        "headers": [*headers, (CONNECTION_HEADER.encode(), entrance.name.encode())],
        "query_string": urlencode(query, doseq=True).encode(),
    }


def _needs_nobody(scope: Scope) -> bool:
    if scope["type"] == "websocket":
        return False
    path = scope["path"]
    if path == "/v1" or path.startswith("/v1/"):
        return path == "/v1/auth" or path.startswith("/v1/auth/")
    return not _is_page(scope)


def _is_page(scope: Scope) -> bool:
    """Whether a request is for a page of the app that somebody wants to look at."""
    path: str = scope["path"]
    return (
        scope["type"] == "http"
        and not path.startswith("/v1")
        and scope["method"] in ("GET", "HEAD")
        and "text/html" in Headers(scope=scope).get("accept", "")
        and path.rstrip("/") not in _OPEN_PAGES
        and "." not in path.rpartition("/")[2]
    )


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    path = quote(scope["path"])
    return f"{path}?{query}" if query else path
