"""Headers on every answer: what a browser may do with it, and how long it may keep it."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.web.client_address import client_of

_BUNDLED = re.compile(r"/assets/.+-[\w-]{8}\.\w+")
"""Addresses of the bundler's files: the name has a hash of the content, so the content never changes."""

_A_YEAR = "public, max-age=31536000, immutable"

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_HSTS = "max-age=31536000"
"""A year, for this host alone: what else runs under the domain is not ours to decide about."""
_PAGE_ONLY = {
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SCRIPT = "default-src 'none'; script-src 'self'; connect-src 'self'"
"""A worker is bound by the policy of its own file, and may load more of the app's."""
_OTHER = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class ResponseHeaders:
    """Adds the headers that keep a browser from more than showing the answer.

    Args:
        app: What gives the answers; a policy or a caching rule that it sets itself is kept.
        page_policy: The Content-Security-Policy of pages, with `{host}` for the host of the request.
        proxy_hops: How many proxies stand in front of the program.
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
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        if client_of(scope, proxy_hops=self._proxy_hops).https:
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
        # A page names the files of its own build. The validators are made of time and size, which two builds
        # installed by the same packaging tool can share.
        for validator in ("etag", "last-modified"):
            if validator in headers:
                del headers[validator]
        headers.setdefault("cache-control", "no-cache")
    else:
        headers.setdefault("cache-control", "no-cache" if "etag" in headers else "no-store")
