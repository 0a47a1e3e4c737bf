"""Fetches public web pages as text, within limits of size and time.

A server may send what takes long to read, such as headers or pieces of a byte each. So all of it is read and converted
apart from the event loop of the program.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import anyio
import httpx2
from anyio.lowlevel import RunVar

from chat_app.agents.tools.apart import run_apart
from chat_app.agents.tools.html_text import PageText, read_html
from chat_app.agents.tools.page_body import decode, read_body
from chat_app.agents.tools.public_network import Allow, PublicTransport, Resolve, is_public, resolve
from chat_app.domain.errors import Forbidden, Invalid, Unavailable

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "User-Agent": "chat-sessions",
        "Accept": "text/markdown, text/html;q=0.9, application/json;q=0.8, text/*;q=0.7",
        # The only coding whose output can be bounded while it is read.
        "Accept-Encoding": "gzip",
    }
)
_FETCHES_AT_ONCE = 8
"""Fetches of all turns that run at the same time; each may take a process of 1.5 GB. Others wait, within their time."""
_slots: RunVar[anyio.CapacityLimiter] = RunVar("fetch_slots")


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """The limits of one fetch."""

    redirects: int = 5
    """Redirects that are followed: browsers follow 20, but ordinary pages need two or three."""
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    """Ports of web servers; on other ports there are other protocols, which a URL must not reach."""
    body_bytes: int = 2_000_000
    """Bytes of the decompressed body that are read; the rest is cut off. Few pages have more HTML."""
    received_bytes: int = 2_400_000
    """Bytes that are received in all, with redirects, headers and the framing of the body, before encryption."""
    text_characters: int = 20_000
    """Characters that the model receives, about 5,000 tokens."""
    seconds: float = 20.0
    """For everything together: name resolution, redirects, body and conversion."""
    connect_seconds: float = 5.0
    """For one connection."""
    convert_seconds: float = 5.0
    """For turning HTML into text; an ordinary page takes a tenth of a second."""


@dataclass(frozen=True, kw_only=True)
class _Document:
    url: httpx2.URL
    """The address after redirects."""
    media_type: str
    text: str
    is_cut: bool


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """Fetches pages of the public internet as text.

    Args:
        limits: The limits of one fetch.
        resolve: Resolves host names.
        allow: Whether an IP address may be connected to.
        ssl_context: The trusted certificates; by default the system's.
    """

    limits: FetchLimits = field(default_factory=FetchLimits)
    resolve: Resolve = resolve
    allow: Allow = is_public
    ssl_context: ssl.SSLContext | None = None

    async def fetch(self, url: str) -> str:
        """Return the page at the address as text.

        Args:
            url: An http or https address.

        Raises:
            Invalid: It is not the address of a web page, or the page is not text.
            Forbidden: It, or a redirect, leads to an address that may not be fetched.
            Unavailable: The page can't be fetched, or not within the limits.
        """
        try:
            with anyio.fail_after(self.limits.seconds):
                async with _limiter():
                    return await run_apart(lambda: self._fetch(url))
        except TimeoutError:
            raise Unavailable("The page did not arrive in time.", code="fetch_failed") from None

    async def _fetch(self, url: str) -> str:
        document = await self._read(url)
        return self._answer(document, await self._text(document))

    async def _read(self, url: str) -> _Document:
        timeout = httpx2.Timeout(self.limits.seconds, connect=self.limits.connect_seconds)
        transport = PublicTransport(
            resolve=self.resolve,
            allow=self.allow,
            ssl_context=self.ssl_context or _system_certificates(),
            max_bytes=self.limits.received_bytes,
        )
        async with httpx2.AsyncClient(transport=transport, headers=HEADERS, timeout=timeout, trust_env=False) as client:
            try:
                return await self._follow(client, client.build_request("GET", _parse(url)))
            except httpx2.TimeoutException:
                raise Unavailable("The page did not arrive in time.", code="fetch_failed") from None
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise Unavailable(f"The page can't be fetched: {error}.", code="fetch_failed") from error

    async def _follow(self, client: httpx2.AsyncClient, request: httpx2.Request) -> _Document:
        for _ in range(self.limits.redirects + 1):
            self._check(request.url)
            response = await client.send(request, stream=True)
            try:
                if not response.has_redirect_location:
                    return await self._receive(response)
                if response.next_request is None:
                    raise Invalid("The page redirects to an invalid address.", code="fetch_refused")
                request = response.next_request
            finally:
                await response.aclose()
        raise Unavailable(f"The page redirects more than {self.limits.redirects} times.", code="fetch_failed")

    def _check(self, url: httpx2.URL) -> None:
        if url.scheme not in ("http", "https") or not url.host:
            raise Invalid("Only addresses that begin with http:// or https:// can be fetched.", code="fetch_refused")
        if url.userinfo:
            raise Forbidden("Addresses with a user name or password are not fetched.", code="fetch_refused")
        port = url.port or (443 if url.scheme == "https" else 80)
        if port not in self.limits.ports:
            raise Forbidden(f"Port {port} is not a port of web servers.", code="fetch_refused")

    async def _receive(self, response: httpx2.Response) -> _Document:
        if response.status_code >= 400:
            raise Unavailable(
                f"The server answered {response.status_code} {response.reason_phrase}".rstrip() + ".",
                code="fetch_failed",
            )
        media_type = response.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
        if not _is_text(media_type):
            raise Invalid(f"There is no text at this address but {media_type}.", code="fetch_unreadable")
        coding = response.headers.get("content-encoding", "")
        body = await read_body(response.aiter_raw(), coding=coding, max_bytes=self.limits.body_bytes)
        text = decode(body.content, response.charset_encoding)
        return _Document(url=response.url, media_type=media_type, text=text, is_cut=body.is_cut)

    async def _text(self, document: _Document) -> PageText:
        if document.media_type not in ("text/html", "application/xhtml+xml"):
            return PageText(title="", text=document.text)
        return await read_html(
            document.text,
            base_url=str(document.url),
            text_limit=self.limits.text_characters + 1,
            seconds=self.limits.convert_seconds,
        )

    def _answer(self, document: _Document, page: PageText) -> str:
        text = page.text.strip()
        is_cut = document.is_cut or len(text) > self.limits.text_characters
        lines = [f"URL: {document.url}"]
        if page.title:
            lines.append(f"Title: {' '.join(page.title.split())[:300]}")
        lines += ["", text[: self.limits.text_characters] or "(The page has no text.)"]
        if is_cut:
            lines += ["", "(The rest of the page was cut off.)"]
        return "\n".join(lines)


def _limiter() -> anyio.CapacityLimiter:
    """Return the limiter of the running event loop."""
    try:
        return _slots.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(_FETCHES_AT_ONCE)
        _slots.set(limiter)
        return limiter


@cache
def _system_certificates() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


def _parse(url: str) -> httpx2.URL:
    try:
        return httpx2.URL(url.strip())
    except httpx2.InvalidURL:
        raise Invalid("This is not the address of a web page.", code="fetch_refused") from None


def _is_text(media_type: str) -> bool:
    kind, _, subtype = media_type.partition("/")
    if kind == "text":
        return True
    return kind == "application" and (
        subtype in ("json", "xml", "yaml", "x-ndjson") or subtype.endswith(("+json", "+xml", "+yaml"))
    )
