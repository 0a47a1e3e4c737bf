"""Finds a release's archives on the package indexes that pip is configured with."""

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
    """An http, https or file URL. It may contain credentials, so it must not be shown."""
    filename: str
    sha256: str | None
    """The digest that the index states, if any."""

    @property
    def local_path(self) -> Path | None:
        """The path of a file on this machine, else None."""
        parts = urlsplit(self.url)
        return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


class PackageIndex:
    """The configured package indexes.

    Args:
        settings: pip's settings.
        client: Fetches their pages.
    """

    def __init__(self, settings: IndexSettings, *, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client

    async def find(self, package: str, version: str) -> list[Archive]:
        """Return a release's archives: local ones first, wheels before source archives.

        Raises:
            SourceError: No index has the release; the message names each index.
        """
        reasons: list[str] = []
        archives: list[Archive] = []
        for page in self._pages(package):
            try:
                listed = await self._listed(page)
            except (SourceError, OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                reasons.append(f"{host_of(page)}: {_reason(error)}")
                continue
            matching = [archive for archive in listed if _is_release(archive.filename, package, version)]
            archives += matching
            if not matching:
                reasons.append(f"{host_of(page)}: no {package} {version}")
        if not archives:
            raise SourceError("; ".join(reasons) or "no package index is configured")
        return sorted(archives, key=lambda archive: (archive.local_path is None, not archive.filename.endswith(".whl")))

    def _pages(self, package: str) -> Iterable[str]:
        """Yield the addresses of the pages that may list a package."""
        yield from (_as_url(link) for link in self._settings.find_links)
        for url in self._settings.index_urls:
            yield f"{_as_url(url).rstrip('/')}/{canonicalize_name(package)}/"

    async def _listed(self, page: str) -> list[Archive]:
        if urlsplit(page).scheme == "file":
            return await anyio.to_thread.run_sync(_local_links, page)
        async with self._client.stream("GET", page, headers={"Accept": _ACCEPT}) as response:
            if response.status_code != HTTPStatus.OK:
                raise SourceError(f"answered {response.status_code}")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_PAGE_BYTES:
                    raise SourceError("the page is too large")
            base = _with_credentials(str(response.url), page)
            return parse_page(bytes(body), content_type=response.headers.get("Content-Type", ""), url=base)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, SourceError) else type(error).__name__


def _as_url(location: str) -> str:
    return location if "://" in location else Path(location).expanduser().absolute().as_uri()


def _is_release(filename: str, package: str, version: str) -> bool:
    try:
        if filename.endswith(".whl"):
            name, parsed_version = parse_wheel_filename(filename)[:2]
        else:
            name, parsed_version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return False
    return name == canonicalize_name(package) and parsed_version == Version(version)


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
    """Return the files that a project's page lists, in the JSON format of PEP 691 or the HTML format of PEP 503.

    Args:
        body: The page.
        content_type: The server's Content-Type header.
        url: The address of the page, for relative links.

    Raises:
        SourceError: The page is invalid JSON.
    """
    if content_type.partition(";")[0].strip().lower() == _JSON:
        try:
            files = _JsonPage.model_validate_json(body).files
        except ValidationError:
            raise SourceError("the page can't be parsed") from None
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
        # A page from the network must not refer to files of this machine.
        return Archive(url=url, filename="", sha256=None)
    return Archive(url=_with_credentials(url, page), filename=filename, sha256=sha256 and sha256.lower())


def _with_credentials(url: str, source_url: str) -> str:
    """Return a URL with the credentials of another URL of the same server, as pip does it."""
    target, source = urlsplit(url), urlsplit(source_url)
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
