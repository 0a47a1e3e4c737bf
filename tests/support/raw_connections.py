"""Connections whose bytes a test chooses and sends when it likes, as a hostile client does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.lowlevel

SECONDS = 20.0
"""Seconds after which a test that waits for the server fails."""


class RawConnection:
    """A connection to a server.

    Args:
        reader: What the server sends.
        writer: What the test sends.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def read_response(self) -> tuple[int, dict[str, Any]]:
        """Return the status of the next response and its JSON; an empty object if it has no body."""
        with anyio.fail_after(SECONDS):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next((int(line[15:]) for line in head.splitlines() if line.startswith("content-length:")), 0)
            body = await self._reader.readexactly(length)
        return int(head.split()[1]), json.loads(body) if body else {}

    async def read_to_the_end(self) -> bytes:
        """Return what the server sends until it closes the connection."""
        with anyio.fail_after(SECONDS):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""


@asynccontextmanager
async def connect_raw(url: str) -> AsyncGenerator[RawConnection]:
    """Connect to the server at an origin."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.close()


async def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is true in this process."""
    with anyio.fail_after(SECONDS):
        while not condition():
            await anyio.lowlevel.checkpoint()
            await anyio.sleep(0.001)


def write_head(url: str, method: str, path: str, *, length: int | None = None, **headers: str) -> bytes:
    """Return the head of a request by a page of the server; underscores in names of headers become hyphens."""
    named = {"host": urlsplit(url).netloc, "origin": url, **headers}
    if length is not None:
        named |= {"content-type": "application/json", "content-length": str(length)}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")
