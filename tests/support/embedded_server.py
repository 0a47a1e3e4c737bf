"""A web server for downloads with prepared errors and false headers."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_RANGE = re.compile(r"bytes=(\d+)-")


@dataclass(kw_only=True)
class Served:
    """The content of an address."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/octet-stream"
    ranges: bool = True
    """Whether range requests are supported."""
    announced: int | None = None
    """The length in the header; the true one when None."""
    cuts: deque[int] = field(default_factory=deque[int])
    """Numbers of bytes after which the connection breaks, one for each request."""


@dataclass(kw_only=True)
class Asked:
    """A received request."""

    path: str
    start: int | None
    """The first byte of a range request; None for the whole file."""
    headers: dict[str, str]


class StrictServer:
    """Serves `pages` and records the requests."""

    def __init__(self) -> None:
        self.pages: dict[str, Served] = {}
        self.asked: list[Asked] = []
        self.url = ""

    def asked_for(self, path: str) -> list[int | None]:
        """Return the starts of the requests for a path."""
        return [asked.start for asked in self.asked if asked.path == path]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close the connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            path = head[0].split(" ")[1]
            match = _RANGE.fullmatch(headers.get("range", ""))
            self.asked.append(Asked(path=path, start=int(match[1]) if match else None, headers=headers))
            writer.write(self._answer(self.pages.get(path, Served(status=404)), int(match[1]) if match else None))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, page: Served, start: int | None) -> bytes:
        body, status, extra = page.body, page.status, ""
        if status == 200 and start is not None and page.ranges:
            if start >= len(body):
                return f"HTTP/1.1 416 x\r\nContent-Range: bytes */{len(body)}\r\nContent-Length: 0\r\n\r\n".encode()
            extra = f"Content-Range: bytes {start}-{len(body) - 1}/{len(body)}\r\n"
            body, status = body[start:], 206
        length = len(body) if page.announced is None else page.announced
        head = (
            f"HTTP/1.1 {status} x\r\nContent-Type: {page.content_type}\r\n"
            f"Content-Length: {length}\r\n{extra}Connection: close\r\n\r\n"
        )
        return head.encode() + (body[: page.cuts.popleft()] if page.cuts else body)


@asynccontextmanager
async def strict_server() -> AsyncGenerator[StrictServer]:
    """Run a server on a free loopback port."""
    strict = StrictServer()
    server = await asyncio.start_server(strict.handle, "127.0.0.1", 0)
    async with server:
        strict.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield strict
