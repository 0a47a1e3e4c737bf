"""Downloads one file over HTTP, and resumes the download of an earlier try or an earlier process."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

import anyio
import httpx

from chat_app.agents.models.embedded.failures import SourceError, host_of

MAX_STALLS = 3
"""Tries in a row without a new byte before the source fails."""
PAUSE_SECONDS = 0.5
"""Wait before resuming after a lost connection; doubled with each try without a new byte."""

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, kw_only=True)
class _Placement:
    """Where the bytes of a response belong in the file."""

    start: int
    total: int | None


class _TemporaryError(Exception):
    """The connection was lost, or the server has a temporary problem; a new try may succeed."""


async def fetch_file(
    client: httpx.AsyncClient,
    url: str,
    path: Path,
    *,
    size: int | None,
    max_bytes: int,
    progress: Callable[[int, int | None], None],
) -> bool:
    """Download a file; bytes that are at `path` already count as its beginning.

    Args:
        client: The HTTP client, which follows redirects.
        url: The address of the file.
        path: Where the bytes go. They stay there after a failure, for the next try.
        size: Bytes that the file must have; None when it is not known.
        max_bytes: Bytes after which the download is aborted.
        progress: Called with the bytes that were downloaded and the bytes of the file, if known.

    Returns:
        Whether bytes of an earlier try were used, which are wrong if the file has changed since.

    Raises:
        SourceError: The server doesn't have the file, or the download can't be completed.
    """
    fetch = _Fetch(client, url, path, size=size, max_bytes=max_bytes, progress=progress)
    resumed = fetch.size_on_disk() > 0
    stalls = 0
    while True:
        before = fetch.size_on_disk()
        try:
            if await fetch.attempt():
                return resumed and fetch.kept_beginning
        except (_TemporaryError, httpx.TransportError) as error:
            stalls = 0 if fetch.size_on_disk() > before else stalls + 1
            if stalls >= MAX_STALLS:
                raise SourceError(f"{host_of(url)}: {_reason(error)}") from None
            await asyncio.sleep(PAUSE_SECONDS * 2**stalls)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "can't be reached"
    return str(error) if isinstance(error, _TemporaryError) else "the connection was lost"


class _Fetch:
    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        path: Path,
        *,
        size: int | None,
        max_bytes: int,
        progress: Callable[[int, int | None], None],
    ) -> None:
        self._client = client
        self._url = url
        self._path = path
        self._size = size
        self._max_bytes = max_bytes
        self._progress = progress
        self.kept_beginning = True

    def size_on_disk(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0

    async def attempt(self) -> bool:
        """Download the missing bytes; return False when the download must begin from the start."""
        present = self.size_on_disk()
        if self._size is not None and present == self._size:
            return True
        headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={present}-"} if present else {})}
        async with self._client.stream("GET", self._url, headers=headers) as response:
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and present:
                # The bytes on disk are not the beginning of the server's file.
                self._path.unlink(missing_ok=True)
                return False
            placement = self._placement(response, present)
            if placement.start == 0:
                self.kept_beginning = False
            await self._store(response, placement)
        if placement.total is not None and self.size_on_disk() < placement.total:
            raise _TemporaryError("the connection was lost")
        if self._size is not None and self.size_on_disk() != self._size:
            raise self._failed("the file has the wrong size")
        return True

    def _placement(self, response: httpx.Response, present: int) -> _Placement:
        self._check_status(response)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise self._failed("the server sent the file in an encoding that was not requested")
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if match is None or int(match[1]) != present:
                raise self._failed("the server sent another range than the requested one")
            placement = _Placement(start=present, total=None if match[2] == "*" else int(match[2]))
        else:
            length = response.headers.get("Content-Length", "")
            placement = _Placement(start=0, total=int(length) if length.isdigit() else None)
        if self._size is not None and placement.total not in (None, self._size):
            raise self._failed("the file has the wrong size")
        return placement

    def _check_status(self, response: httpx.Response) -> None:
        if response.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            return
        answer = f"answered {response.status_code}"
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error:
            raise _TemporaryError(answer)
        raise self._failed(answer)

    async def _store(self, response: httpx.Response, placement: _Placement) -> None:
        limit = self._max_bytes if placement.total is None else min(self._max_bytes, placement.total)
        present = placement.start
        with self._path.open("r+b" if placement.start else "wb") as file:
            file.seek(placement.start)
            async for chunk in response.aiter_raw():
                present += len(chunk)
                if present > limit:
                    raise self._failed("the server sent more bytes than it announced")
                await anyio.to_thread.run_sync(_write, file, chunk)
                self._progress(present, placement.total)

    def _failed(self, reason: str) -> SourceError:
        return SourceError(f"{host_of(self._url)}: {reason}")


def _write(file: BinaryIO, chunk: bytes) -> None:
    file.write(chunk)
    # After a crash, only bytes that are in the file can be resumed from.
    file.flush()
