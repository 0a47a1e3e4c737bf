"""Adds security and caching headers to every response, and removes those that open it to other websites."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.web.client_address import find_client

_BUNDLED = re.compile(r"/assets/.+-[\w-]{8}\.\w+")
"""Paths of the bundler's files: their names contain a hash of the content, so the content never changes."""

_A_YEAR = "public, max-age=31536000, immutable"

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_HSTS = "max-age=31536000"
"""One year, without subdomains, which may serve other applications."""
_PAGE_ONLY = {
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SCRIPT = "default-src 'none'; script-src 'self'; connect-src 'self'"
"""Policy of scripts: a worker is bound by the policy of its own file, and may load further scripts of the app."""
_OTHER = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class ResponseHeaders:
    """Adds security and caching headers to every response.

    Args:
        app: The app that responds; headers that it sets itself are kept.
        page_policy: Content-Security-Policy of pages, with `{host}` as the placeholder for the host of the request.
        proxy_hops: Number of trusted proxies in front of the server.
    """

    def __init__(self, app: ASGIApp, *, page_policy: str, proxy_hops: int = 0) -> None:
        self._app = app
        self._page_policy = page_policy
        self._proxy_hops = proxy_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(scope, message)
            await send(message)

        await self._app(scope, receive, adding)

    def _add(self, scope: Scope, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        # The page's framework sends some, but no other website may read anything.
        for name in {name for name in headers if name.startswith("access-control-")}:
            del headers[name]
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        if find_client(scope, proxy_hops=self._proxy_hops).https:
            headers.setdefault("strict-transport-security", _HSTS)
        kind = headers.get("content-type", "").partition(";")[0]
        page = kind == "text/html"
        if page:
            for name, value in _PAGE_ONLY.items():
                headers.setdefault(name, value)
            policy = self._page_policy.replace("{host}", Headers(scope=scope).get("host", ""))
        else:
            policy = _SCRIPT if kind == "text/javascript" else _OTHER
        headers.setdefault("content-security-policy", policy)
        _set_caching(headers, page=page, bundled=_is_bundled(scope, start))


def _is_bundled(scope: Scope, start: Message) -> bool:
    return start["status"] in (200, 206, 304) and _BUNDLED.fullmatch(scope["path"]) is not None


def _set_caching(headers: MutableHeaders, *, page: bool, bundled: bool) -> None:
    if bundled:
        headers["cache-control"] = _A_YEAR
    elif page:
        # A page refers to the files of its own build. Its validators consist of time and size, which can be the same
        # for two builds installed by the same packaging tool.
        for validator in ("etag", "last-modified"):
            if validator in headers:
                del headers[validator]
        headers.setdefault("cache-control", "no-cache")
    else:
        headers.setdefault("cache-control", "no-cache" if "etag" in headers else "no-store")
