"""Decodes server-sent events incrementally, as model servers send them."""

from __future__ import annotations

MAX_LINE_BYTES = 16 * 1024 * 1024
"""The longest line of a stream. A tool call's arguments or a picture may be several megabytes; more is no answer."""


class LineTooLong(ValueError):  # noqa: N818 - says what is wrong
    """A line of the stream is longer than `MAX_LINE_BYTES`."""


class EventDecoder:
    r"""Turns received bytes into the data of events.

    Each `data` line is one event, because some servers send no blank line between events and none sends data of several
    lines. A line that begins with a brace counts as data: some servers report errors in the middle of a stream without
    the field's name. Lines end with `\n`, `\r\n` or `\r`.
    """

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._rest_size = 0
        self._skip_newline = False

    def feed(self, received: bytes) -> list[bytes]:
        """Return the data of the events that are complete with these bytes, oldest first.

        Args:
            received: The next bytes of the stream, cut anywhere.

        Raises:
            LineTooLong: A line is longer than `MAX_LINE_BYTES`.
        """
        if self._skip_newline and received:
            self._skip_newline = False
            received = received.removeprefix(b"\n")
        if b"\r" in received:
            # The second half of this line end may come with the next bytes.
            self._skip_newline = received.endswith(b"\r")
            received = received.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = received.split(b"\n")
        if not lines:
            self._keep(rest)
            return []
        if self._rest:
            lines[0] = b"".join((*self._rest, lines[0]))
            self._rest.clear()
            self._rest_size = 0
        self._keep(rest)
        return [data for line in lines if (data := _data(line))]

    def finish(self) -> list[bytes]:
        """Return the data of a last line that has no end."""
        data = _data(b"".join(self._rest))
        self._rest.clear()
        return [data] if data else []

    def _keep(self, rest: bytes) -> None:
        if rest:
            self._rest.append(rest)
            self._rest_size += len(rest)
            if self._rest_size > MAX_LINE_BYTES:
                raise LineTooLong


def _data(line: bytes) -> bytes:
    if line.startswith(b"data:"):
        return line[5:].strip()
    return line if line.startswith(b"{") else b""
