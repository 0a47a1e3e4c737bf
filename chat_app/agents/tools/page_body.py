"""Reads the body of a response: decompresses it within limits, and decodes it."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from chat_app.domain.errors import Invalid

MAX_PIECES = 20_000
"""Pieces of a body that are read: each costs 20 µs, however small it is. Few servers send less than 100 bytes."""
MAX_MEMBERS = 100
"""Members of a gzip file that are read. A page has one; those of logs are a few."""
DECODED_AT_ONCE = 16_384
"""Bytes that are decoded in one call, which holds the interpreter: the slowest found take 5 ms."""
_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARKS = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}
_TEXT_CODECS = (
    "utf-8",
    "utf-16",
    "utf-32",
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
"""The beginnings of codec names that web pages use; Python's other codecs are no text, or slow on hostile input."""


@dataclass(frozen=True, kw_only=True)
class Body:
    """A decompressed body."""

    content: bytes
    is_cut: bool
    """Whether the page has more than was read."""


async def read_body(pieces: AsyncIterator[bytes], *, coding: str, max_bytes: int) -> Body:
    """Read and decompress a body up to the limit, or up to the end of what is compressed.

    Args:
        pieces: The body as received.
        coding: The `Content-Encoding` header.
        max_bytes: Bytes of the decompressed body that are returned.

    Raises:
        Invalid: The compression is not supported, or its data is damaged.
    """
    coding = coding.strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise Invalid("The compression of the page is not supported.", code="fetch_unreadable")
    unpacked = _Gunzip() if coding.endswith("gzip") else None
    body = bytearray()
    count = 0
    async for piece in pieces:
        count += 1
        room = max_bytes + 1 - len(body)
        body += unpacked.add(piece, room) if unpacked else piece[:room]
        if len(body) > max_bytes or count >= MAX_PIECES:
            return Body(content=bytes(body[:max_bytes]), is_cut=True)
        if unpacked is not None and unpacked.is_done:
            break
    return Body(content=bytes(body), is_cut=unpacked is not None and not unpacked.is_complete)


class _Gunzip:
    """Decompresses a gzip file of one or more members, and ignores what follows the last one."""

    def __init__(self) -> None:
        self._members = 1
        self._member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._behind = b""
        self._received = False
        self.is_done = False
        """Whether everything else that is received will be ignored."""

    @property
    def is_complete(self) -> bool:
        """Whether the data may end here."""
        return not self._received or self._member.eof

    def add(self, data: bytes, room: int) -> bytes:
        """Return up to `room` bytes more.

        Raises:
            Invalid: The data is damaged.
        """
        unpacked = bytearray()
        data = self._behind + data
        self._behind = b""
        self._received = True
        while data and not self.is_done and len(unpacked) < room:
            if self._member.eof:
                data = self._next(data)
                continue
            try:
                unpacked += self._member.decompress(data, room - len(unpacked))
            except zlib.error:
                raise Invalid("The page is damaged.", code="fetch_unreadable") from None
            data = self._member.unused_data
        return bytes(unpacked)

    def _next(self, data: bytes) -> bytes:
        """Begin the next member if the data behind the last one is one; return the data that it is to decompress."""
        if len(data) < len(_GZIP_MAGIC) and _GZIP_MAGIC.startswith(data):
            self._behind = data
            return b""
        if not data.startswith(_GZIP_MAGIC) or self._members == MAX_MEMBERS:
            self.is_done = True
            return b""
        self._members += 1
        self._member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        return data


def decode(content: bytes, charset: str | None) -> str:
    """Return the text of a body; what can't be decoded becomes a replacement character.

    Args:
        content: The body.
        charset: The character set that the server declared; UTF-8 if there is none or it is no text.
    """
    name = _codec(charset)
    if name in _BYTE_ORDER_MARKS and not content.startswith(_BYTE_ORDER_MARKS[name]):
        # Without a mark of its byte order, as browsers read it.
        name += "-le"
    try:
        return _decode(content, name)
    except UnicodeError:
        # Some decoders give up on escape sequences that are nothing but hostile.
        return _decode(content, "utf-8")


def _decode(content: bytes, name: str) -> str:
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    slices = (content[start : start + DECODED_AT_ONCE] for start in range(0, len(content), DECODED_AT_ONCE))
    return "".join([*map(decoder.decode, slices), decoder.decode(b"", True)]).replace("\x00", "")


def _codec(charset: str | None) -> str:
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
    return name if name.startswith(_TEXT_CODECS) else "utf-8"
