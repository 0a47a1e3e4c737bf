"""Finds a release's archives on the package index that pip would use on this machine."""

from __future__ import annotations

import html.parser
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit
from urllib.request import url2pathname

import anyio
import httpx
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version
from pydantic import BaseModel, Field, ValidationError

from chat_app.agents.models.embedded.failures import SourceError, host_of
from chat_app.agents.models.embedded.pip_settings import IndexSettings

_JSON = "application/vnd.pypi.simple.v1+json"
_ACCEPT = f"{_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
MAX_PAGE_BYTES = 20_000_000
"""The largest page of one project on the public index has 7 MB."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A release's file on an index."""

    url: str
    """http(s) or file; may hold credentials, so it is not for showing."""
    filename: str
    sha256: str | None
    """As the index gives it."""

    @property
    def local_path(self) -> Path | None:
        """The file itself when it lies on this machine."""
        parts = urlsplit(self.url)
        return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


class PackageIndex:
    """The package indexes of this machine, taken together.

    Args:
        settings: Where they are.
        client: Fetches their pages.
    """

    def __init__(self, settings: IndexSettings, *, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client

    async def find(self, package: str, version: str) -> list[Archive]:
        """Return a release's archives, wheels first; local ones before those of the network.

        Raises:
            SourceFailed: No index has the release; the reason names each that was asked.
        """
        reasons: list[str] = []
        found: list[Archive] = []
        for url, is_index in self._places():
            try:
                links = await self._links(url, package if is_index else None)
            except (SourceError, OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                reasons.append(f"{host_of(url)}: {_reason(error)}")
                continue
            matching = [link for link in links if _is_release(link.filename, package, version)]
            found += matching
            if not matching:
                reasons.append(f"{host_of(url)}: no {package} {version}")
        if not found:
            raise SourceError("; ".join(reasons) or "no package index is set up")
        return sorted(found, key=lambda link: (link.local_path is None, not link.filename.endswith(".whl")))

    def _places(self) -> Iterable[tuple[str, bool]]:
        yield from ((_as_url(place), False) for place in self._settings.find_links)
        yield from ((_as_url(place), True) for place in self._settings.index_urls)

    async def _links(self, url: str, package: str | None) -> list[Archive]:
        page = url if package is None else f"{url.rstrip('/')}/{canonicalize_name(package)}/"
        if urlsplit(page).scheme == "file":
            return await anyio.to_thread.run_sync(_local_links, page)
        async with self._client.stream("GET", page, headers={"Accept": _ACCEPT}) as response:
            if response.status_code != HTTPStatus.OK:
                raise SourceError(f"answered {response.status_code}")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_PAGE_BYTES:
                    raise SourceError("its page is too large")
            base = _with_credentials(str(response.url), page)
            return parse_page(bytes(body), content_type=response.headers.get("Content-Type", ""), url=base)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, SourceError) else type(error).__name__


def _as_url(place: str) -> str:
    return place if "://" in place else Path(place).expanduser().absolute().as_uri()


def _is_release(filename: str, package: str, version: str) -> bool:
    try:
        if filename.endswith(".whl"):
            name, found = parse_wheel_filename(filename)[:2]
        else:
            name, found = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return False
    return name == canonicalize_name(package) and found == Version(version)


def _local_links(page: str) -> list[Archive]:
    folder = Path(url2pathname(urlsplit(page).path))
    listing = folder if folder.is_file() else folder / "index.html"
    if listing.is_file():
        return parse_page(listing.read_bytes(), content_type="text/html", url=page)
    return [
        Archive(url=path.as_uri(), filename=path.name, sha256=None)
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]


class _JsonFile(BaseModel):
    filename: str
    url: str
    hashes: dict[str, str] = Field(default_factory=dict)


class _JsonPage(BaseModel):
    files: list[_JsonFile]


class _Anchors(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base: str | None = None
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href")
        if address is None:
            return
        if tag == "a":
            self.links.append(address)
        elif tag == "base" and self.base is None:
            self.base = address


def parse_page(body: bytes, *, content_type: str, url: str) -> list[Archive]:
    """Return the files that a project's page lists, in the form of PEP 691 or of PEP 503.

    Args:
        body: The page.
        content_type: As the server gave it.
        url: Of the page; relative addresses start here.

    Raises:
        SourceFailed: The page is in neither form.
    """
    if content_type.partition(";")[0].strip().lower() == _JSON:
        try:
            files = _JsonPage.model_validate_json(body).files
        except ValidationError:
            raise SourceError("its page can't be read") from None
        return [
            _archive(urljoin(url, file.url), page=url, filename=file.filename, sha256=file.hashes.get("sha256"))
            for file in files
        ]
    anchors = _Anchors()
    anchors.feed(body.decode("utf-8", errors="replace"))
    base = urljoin(url, anchors.base or "")
    return [_from_anchor(urljoin(base, link), page=url) for link in anchors.links]


def _from_anchor(link: str, *, page: str) -> Archive:
    address, fragment = urldefrag(link)
    kind, _, digest = fragment.partition("=")
    filename = unquote(urlsplit(address).path).rpartition("/")[2]
    return _archive(address, page=page, filename=filename, sha256=digest if kind == "sha256" else None)


def _archive(url: str, *, page: str, filename: str, sha256: str | None) -> Archive:
    scheme = urlsplit(url).scheme
    if scheme not in ("http", "https") and not (scheme == "file" and urlsplit(page).scheme == "file"):
        # A page of the network must not lead into this machine's files.
        return Archive(url=url, filename="", sha256=None)
    return Archive(url=_with_credentials(url, page), filename=filename, sha256=sha256 and sha256.lower())


def _with_credentials(url: str, given: str) -> str:
    """Return the URL with the user and password of another URL of the same server, as pip passes them on."""
    target, source = urlsplit(url), urlsplit(given)
    user = source.netloc.rpartition("@")[0]
    if (
        not user
        or "@" in target.netloc
        or (target.scheme, target.hostname, target.port)
        != (
            source.scheme,
            source.hostname,
            source.port,
        )
    ):
        return url
    return urlunsplit(target._replace(netloc=f"{user}@{target.netloc}"))
