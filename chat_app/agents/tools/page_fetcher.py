"""Fetches public web pages as text, within limits of size and time."""

from __future__ import annotations

import codecs
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import anyio
import httpx2

from chat_app.agents.tools.html_text import PageText, read_html
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
_TEXT_CODECS = (
    "utf-",
    "ascii",
    "iso8859",
    "cp125",
    "koi8",
    "gb",
    "big5",
    "shift_jis",
    "euc_",
    "iso2022",
    "mac-",
)
"""How the codecs of web pages are named; others that Python knows are no text, or slow on hostile input."""


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """What one fetch may take."""

    redirects: int = 5
    """Hops; browsers follow 20, but honest pages need two or three."""
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    """Ports of web servers; others speak protocols that a URL must not reach."""
    body_bytes: int = 2_000_000
    """Bytes of the unpacked body that are read; the rest is cut off. Few pages have more HTML than that."""
    text_characters: int = 20_000
    """Characters that the model gets, about 5,000 tokens."""
    seconds: float = 20.0
    """For everything together: names, redirects, body and conversion."""
    connect_seconds: float = 5.0
    """For one connection."""
    convert_seconds: float = 5.0
    """For turning HTML into text; an ordinary page takes a tenth of a second."""


@dataclass(frozen=True, kw_only=True)
class _Document:
    url: httpx2.URL
    media_type: str
    body: str
    cut: bool


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """Reads pages of the public internet as text.

    Args:
        limits: What one fetch may take.
        resolve: How names become addresses.
        allow: Which addresses may be connected to.
        ssl_context: Which certificates are trusted; the system's when omitted.
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
            Invalid: It is no address of a web page, or there is no text at it.
            Forbidden: It, or a redirect, leads to where nothing may be fetched.
            Unavailable: The page can't be had, or not within the limits.
        """
        try:
            with anyio.fail_after(self.limits.seconds):
                document = await self._read(url)
                page = await self._text(document)
        except TimeoutError:
            raise Unavailable("The page did not arrive in time.", code="fetch_failed") from None
        return self._answer(document, page)

    async def _read(self, url: str) -> _Document:
        timeout = httpx2.Timeout(self.limits.seconds, connect=self.limits.connect_seconds)
        transport = PublicTransport(
            resolve=self.resolve, allow=self.allow, ssl_context=self.ssl_context or _system_certificates()
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
                    raise Invalid("The page redirects to what is no address.", code="fetch_refused")
                request = response.next_request
            finally:
                await response.aclose()
        raise Unavailable(f"The page redirects more than {self.limits.redirects} times.", code="fetch_failed")

    def _check(self, url: httpx2.URL) -> None:
        if url.scheme not in ("http", "https") or not url.host:
            raise Invalid("Only addresses that begin with http:// or https:// can be fetched.", code="fetch_refused")
        if url.userinfo:
            raise Forbidden("An address with a user name or password is not fetched.", code="fetch_refused")
        port = url.port or (443 if url.scheme == "https" else 80)
        if port not in self.limits.ports:
            raise Forbidden(f"Port {port} is not one of a web server.", code="fetch_refused")

    async def _receive(self, response: httpx2.Response) -> _Document:
        if response.status_code >= 400:
            raise Unavailable(
                f"The server answered {response.status_code} {response.reason_phrase}".rstrip() + ".",
                code="fetch_failed",
            )
        media_type = response.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
        if not _is_text(media_type):
            raise Invalid(f"There is no text at this address, but {media_type}.", code="fetch_unreadable")
        body, cut = await self._body(response)
        text = body.decode(_charset(response), errors="replace").replace("\x00", "")
        return _Document(url=response.url, media_type=media_type, body=text, cut=cut)

    async def _body(self, response: httpx2.Response) -> tuple[bytes, bool]:
        """Return the unpacked body up to the limit, and whether there was more."""
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", "x-gzip"):
            raise Invalid("The page is packed in a way that can't be read.", code="fetch_unreadable")
        unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if coding != "identity" else None
        body = bytearray()
        async for chunk in response.aiter_raw():
            room = self.limits.body_bytes + 1 - len(body)
            try:
                body += unpack.decompress(chunk, room) if unpack else chunk[:room]
            except zlib.error:
                raise Invalid("The page is damaged.", code="fetch_unreadable") from None
            if len(body) > self.limits.body_bytes:
                return bytes(body[: self.limits.body_bytes]), True
        return bytes(body), False

    async def _text(self, document: _Document) -> PageText:
        if document.media_type not in ("text/html", "application/xhtml+xml"):
            return PageText(title="", text=document.body)
        return await read_html(
            document.body,
            base_url=str(document.url),
            text_limit=self.limits.text_characters + 1,
            seconds=self.limits.convert_seconds,
        )

    def _answer(self, document: _Document, page: PageText) -> str:
        text = page.text.strip()
        cut = document.cut or len(text) > self.limits.text_characters
        lines = [f"URL: {document.url}"]
        if page.title:
            lines.append(f"Title: {' '.join(page.title.split())[:300]}")
        lines += ["", text[: self.limits.text_characters] or "(The page holds no text.)"]
        if cut:
            lines += ["", "(The page goes on; the rest was cut off.)"]
        return "\n".join(lines)


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


def _charset(response: httpx2.Response) -> str:
    try:
        name = codecs.lookup(response.charset_encoding or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
    return name if name.startswith(_TEXT_CODECS) else "utf-8"
