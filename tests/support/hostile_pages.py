"""Replies of web servers that try to keep a client busy, or to make it store much."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import random
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping

from tests.support.fetchers import HTML, TEXT
from tests.support.http_server import Reply

AT_ONCE = 65_536
"""Bytes of one piece: what a client receives at once."""
BOMB = gzip.compress(b"y" * 50_000_000)
MEMBER = gzip.compress(b"word ")
_GZIPPED = {**TEXT, "content-encoding": "gzip"}
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


async def endless(piece: bytes, *, before: bytes = b"") -> AsyncIterator[bytes]:
    """Send a piece again and again, many at once."""
    if before:
        yield before
    many = piece * max(AT_ONCE // len(piece), 1)
    while True:
        yield many


async def trickle(piece: bytes, *, before: bytes) -> AsyncIterator[bytes]:
    """Send a piece from time to time."""
    yield before
    while True:
        yield piece
        await asyncio.sleep(0.01)


def body_of_pieces(piece: bytes) -> AsyncIterator[bytes]:
    """Return a raw reply without end whose body is in chunks of this size."""
    return endless(b"%x\r\n%b\r\n" % (len(piece), piece), before=_OK + b"Transfer-Encoding: chunked\r\n\r\n")


async def once(data: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Send some pieces."""
    for piece in data:
        yield piece


def hostile_html(piece: str) -> Callable[[], Reply]:
    """Return a page of the largest size that repeats a piece of HTML."""
    page = "".join(itertools.repeat(piece, 2_000_000 // len(piece))).encode()
    return lambda: Reply(headers=HTML, body=page)


def _text(charset: str, body: bytes) -> Callable[[], Reply]:
    return lambda: Reply(headers={"content-type": f"text/plain; charset={charset}"}, body=body)


ATTACKS: Mapping[str, Callable[[], Reply]] = {
    "bytes behind a gzip member": lambda: Reply(headers=_GZIPPED, body=endless(b"\0" * AT_ONCE, before=MEMBER)),
    "gzip members without content": lambda: Reply(headers=_GZIPPED, body=endless(gzip.compress(b""))),
    "gzip members without end": lambda: Reply(headers=_GZIPPED, body=endless(MEMBER)),
    "gzip bomb": lambda: Reply(headers=_GZIPPED, body=BOMB),
    "gzip bombs without end": lambda: Reply(headers=_GZIPPED, body=endless(BOMB)),
    "gzip header without end": lambda: Reply(
        headers=_GZIPPED, body=endless(b"n" * AT_ONCE, before=b"\x1f\x8b\x08\x08\0\0\0\0\0\xff")
    ),
    "empty deflate blocks without end": lambda: Reply(
        headers=_GZIPPED, body=endless(b"\0\0\0\xff\xff" * 1_000, before=b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
    ),
    "deflate bomb": lambda: Reply(
        headers={**TEXT, "content-encoding": "deflate"}, body=zlib.compress(b"y" * 50_000_000)
    ),
    "brotli without end": lambda: Reply(headers={**TEXT, "content-encoding": "br"}, body=endless(b"\x8b")),
    "zstd without end": lambda: Reply(headers={**TEXT, "content-encoding": "zstd"}, body=endless(b"\x28\xb5\x2f\xfd")),
    "body without end": lambda: Reply(headers=TEXT, body=endless(b"x" * AT_ONCE)),
    "chunks of one byte": lambda: Reply(raw=body_of_pieces(b"x")),
    "chunks without a length": lambda: Reply(raw=endless(b"0", before=_OK + b"Transfer-Encoding: chunked\r\n\r\n")),
    "trickle of a body": lambda: Reply(raw=trickle(b"x", before=_OK + b"\r\n")),
    "trickle of headers": lambda: Reply(raw=trickle(b"X: y\r\n", before=_OK)),
    "headers without end": lambda: Reply(raw=endless(b"X: y\r\n", before=_OK)),
    "one header without end": lambda: Reply(raw=endless(b"y", before=_OK + b"X: ")),
    "many short headers": lambda: Reply(raw=once([_OK, b"X:\r\n" * 24_000, b"Content-Length: 5\r\n\r\nhello"])),
    "header of 90 kB": lambda: Reply(raw=once([_OK, b"X: " + b"y" * 90_000, b"\r\nContent-Length: 5\r\n\r\nhello"])),
    "status line without end": lambda: Reply(raw=endless(b"y", before=b"HTTP/1.1 200 ")),
    "early hints without end": lambda: Reply(raw=endless(b"HTTP/1.1 103 \r\n\r\n")),
    "many trailers": lambda: Reply(
        raw=once([_OK, b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n0\r\n", b"X:\r\n" * 24_000, b"\r\n"])
    ),
    "trailers without end": lambda: Reply(
        raw=endless(b"X:\r\n", before=_OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")
    ),
    "redirects without end": lambda: Reply(status=302, headers={"location": "/"}, body=endless(b"x")),
    "redirect to a long address": lambda: Reply(status=302, headers={"location": "/" + "a" * 60_000}),
    "bytes that are no UTF-8": _text("utf-8", b"\xff" * 2_000_000),
    "random bytes in Korean": _text("iso2022_kr", random.Random(1).randbytes(2_000_000)),
    "escape sequences": _text("iso2022_jp_ext", b"\x1b$B" * 600_000),
    "surrogates in UTF-7": _text("utf-7", b"+2AA-" * 400_000),
    "nested quotations": hostile_html("<blockquote>x"),
    "nested divisions": hostile_html("<div>"),
    "open comments": hostile_html("<!--"),
}
"""A new reply of each kind, by what it does."""
