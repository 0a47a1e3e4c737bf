"""Fetches one file over HTTP, going on where an earlier try or an earlier run of the program stopped."""

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
"""Tries in a row that may bring no new byte before the source is given up."""
PAUSE_SECONDS = 0.5
"""Wait before going on after a broken connection; doubled with each try that brings nothing."""

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, kw_only=True)
class _Placement:
    """Where the bytes of a response belong in the file."""

    start: int
    total: int | None


class _Interrupted(Exception):  # noqa: N818 - says what happened
    """The connection broke off, or the server asks for patience; trying again may help."""


async def fetch_file(
    client: httpx.AsyncClient,
    url: str,
    path: Path,
    *,
    size: int | None,
    most: int,
    progress: Callable[[int, int | None], None],
) -> bool:
    """Fetch a file; what is at `path` already counts as its beginning.

    Args:
        client: Follows redirects.
        url: What to fetch.
        path: Where the bytes go. They stay there when the fetch fails, for the next try.
        size: Bytes that the file must have; None when nobody knows.
        most: Bytes beyond which the fetch is given up.
        progress: Called with the bytes that are here and the bytes of the file, if known.

    Returns:
        Whether bytes of an earlier try were used, which a later change of the file would make wrong.

    Raises:
        SourceFailed: The server doesn't have the file, or can't bring it to its end.
    """
    fetch = _Fetch(client, url, path, size=size, most=most, progress=progress)
    resumed = fetch.here() > 0
    stalls = 0
    while True:
        before = fetch.here()
        try:
            if await fetch.attempt():
                return resumed and fetch.kept_beginning
        except (_Interrupted, httpx.TransportError) as error:
            stalls = 0 if fetch.here() > before else stalls + 1
            if stalls >= MAX_STALLS:
                raise SourceError(f"{host_of(url)}: {_reason(error)}") from None
            await asyncio.sleep(PAUSE_SECONDS * 2**stalls)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "can't be reached"
    return str(error) if isinstance(error, _Interrupted) else "the connection broke off"


class _Fetch:
    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        path: Path,
        *,
        size: int | None,
        most: int,
        progress: Callable[[int, int | None], None],
    ) -> None:
        self._client = client
        self._url = url
        self._path = path
        self._size = size
        self._max = most
        self._progress = progress
        self.kept_beginning = True

    def here(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0

    async def attempt(self) -> bool:
        """Fetch what is missing; False when the file has to be begun anew."""
        have = self.here()
        if self._size is not None and have == self._size:
            return True
        headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
        async with self._client.stream("GET", self._url, headers=headers) as response:
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
                # What is here is no beginning of what the server has.
                self._begin_anew()
                return False
            place = self._placement(response, have)
            if place.start == 0:
                self.kept_beginning = False
            await self._store(response, place)
        if place.total is not None and self.here() < place.total:
            raise _Interrupted("the connection broke off")
        if self._size is not None and self.here() != self._size:
            raise self._failed("it has another size than the file that is wanted")
        return True

    def _placement(self, response: httpx.Response, have: int) -> _Placement:
        self._check_status(response)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise self._failed("it sends the file in a form that was not asked for")
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if match is None or int(match[1]) != have:
                raise self._failed("it sends another range than was asked for")
            place = _Placement(start=have, total=None if match[2] == "*" else int(match[2]))
        else:
            length = response.headers.get("Content-Length", "")
            place = _Placement(start=0, total=int(length) if length.isdigit() else None)
        if self._size is not None and place.total not in (None, self._size):
            raise self._failed("it has another size than the file that is wanted")
        return place

    def _check_status(self, response: httpx.Response) -> None:
        if response.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            return
        answer = f"answered {response.status_code}"
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error:
            raise _Interrupted(answer)
        raise self._failed(answer)

    async def _store(self, response: httpx.Response, place: _Placement) -> None:
        limit = self._max if place.total is None else min(self._max, place.total)
        have = place.start
        with self._path.open("r+b" if place.start else "wb") as file:
            file.seek(place.start)
            async for chunk in response.aiter_raw():
                have += len(chunk)
                if have > limit:
                    raise self._failed("it sends more than it announced")
                await anyio.to_thread.run_sync(_write, file, chunk)
                self._progress(have, place.total)

    def _begin_anew(self) -> None:
        self._path.unlink(missing_ok=True)

    def _failed(self, reason: str) -> SourceError:
        return SourceError(f"{host_of(self._url)}: {reason}")


def _write(file: BinaryIO, chunk: bytes) -> None:
    file.write(chunk)
    # What is not in the file yet can't be resumed from after a crash.
    file.flush()
