"""Authentication middleware for pages, REST requests, event streams and websockets."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, urlencode
from uuid import UUID, uuid5

import anyio
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.domain.actor import Actor
from chat_app.domain.errors import ChatAppError, Conflict, Forbidden, Unauthenticated
from chat_app.services.accounts.authentication import authenticate
from chat_app.services.accounts.connections import SIGNED_OUT, Connection
from chat_app.services.limits.checks import throttle_event
from chat_app.services.runtime import current
from chat_app.settings.web import WebSettings
from chat_app.web.client_address import get_client, with_client
from chat_app.web.errors import refuse
from chat_app.web.paths import is_api, is_private_api
from chat_app.web.request_body import IncompleteBody, has_body, receive_body, replay

CONNECTION_KEY = "chat_app.connection"
"""Key of the `Connection` in the scope of a request or a websocket."""
COOKIE = "chat_login"
"""Name of the login cookie over http."""
SECURE_COOKIE = "__Host-chat_login"
"""Name of the login cookie over https: browsers accept the prefix only from this host and only over https."""
SIGNED_OUT_CODE = 4401
"""Close code of a websocket whose login has ended."""

_ACCESS_CHANGED = "Your access has changed while the request was being sent. Send it again."
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

    A request reaches the app when its body has arrived, with the rights that its actor has at that moment.

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
            with suppress(IncompleteBody):
                if has_body(scope):
                    receive = replay(await receive_body(receive), receive)
                await self._app(scope, receive, send)
        elif (actor := await _admit(scope, receive, send)) is None:
            return
        elif scope["type"] == "websocket":
            with current().connections.open(actor) as connection:
                await self._serve_socket(connection, scope, receive, send)
        else:
            await self._serve_request(actor, scope, receive, send)

    async def _serve_request(self, actor: Actor, scope: Scope, receive: Receive, send: Send) -> None:
        if has_body(scope):
            try:
                actor, receive = await _await_body(actor, scope, receive)
            except IncompleteBody:
                return
            except ChatAppError as error:
                await refuse(error, scope, receive, send)
                return
        with current().connections.open(actor) as connection:
            await self._app({**scope, CONNECTION_KEY: connection}, receive, send)

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


async def _admit(scope: Scope, receive: Receive, send: Send) -> Actor | None:
    """Return the actor of a request or a websocket, or refuse it and return None."""
    try:
        actor = await _find_actor_now(scope)
        if actor is None and not _is_page(scope):
            raise Unauthenticated(SIGNED_OUT)
    except ChatAppError as error:
        if scope["type"] == "websocket":
            # Browsers do not show the code of a refused websocket to the page.
            await send({"type": "websocket.close", "code": SIGNED_OUT_CODE})
        else:
            await refuse(error, scope, receive, send)
        return None
    if actor is None:
        await RedirectResponse(f"/sign-in?next={quote(_address(scope), safe='')}", 303)(scope, receive, send)
    return actor


async def _find_actor_now(scope: Scope) -> Actor | None:
    """Return the actor of a request, or None; the caller opens a connection for it without awaiting anything.

    A login that ends while the database is asked has no connection yet that could be ended, so it is looked up again.
    """
    connections = current().connections
    while True:
        ends = connections.ends
        actor = await find_actor(scope)
        if connections.ends == ends:
            return actor


async def _await_body(actor: Actor, scope: Scope, receive: Receive) -> tuple[Actor, Receive]:
    """Receive the body of a request, and return who the actor is then.

    A login, a membership or a token may end while a client holds the rest of a body back, also in another process.

    Args:
        actor: Who the actor was when the head arrived.
        scope: The request.
        receive: Receives the body.

    Returns:
        The actor, with the rights that apply now, and a function that receives the body.

    Raises:
        IncompleteBody: The body has no end.
        Unauthenticated: The login has ended.
        Conflict: The login is now in another workspace.
    """
    waited = False

    def on_wait() -> None:
        nonlocal waited
        waited = True

    with current().connections.open(actor) as connection:
        body = await _until_end(connection, receive_body(receive, on_wait=on_wait))
    now = await _find_actor_now(scope) if waited or connection.ended else actor
    if now is None:
        raise Unauthenticated(SIGNED_OUT)
    if body is None or now.workspace_id != actor.workspace_id:
        raise Conflict(_ACCESS_CHANGED, code="access_changed")
    return now, replay(body, receive)


async def _until_end(connection: Connection, receiving: Coroutine[Any, Any, bytes]) -> bytes | None:
    """Return a body, or None if its connection is ended first."""
    with anyio.CancelScope() as scope:
        connection.on_end(scope.cancel)
        return await receiving
    return None


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
    return not is_private_api(path) if is_api(path) else not _is_page(scope)


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
