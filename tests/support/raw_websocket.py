"""A websocket client that reads nothing unless it is told to, and sends frames that no library would send."""

from __future__ import annotations

import base64
import os
import socket
import struct
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.support.servers import TAB_TOKEN

TEXT, CONTINUATION, PING, PONG = 1, 0, 9, 10
_PATIENCE = 30.0
_SHORT, _MEDIUM = 126, 65_536


class RawWebSocket:
    """An open websocket.

    Args:
        connection: The connection, after the handshake.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, data: str | bytes, *, kind: int = TEXT, last: bool = True) -> None:
        """Send one frame.

        Raises:
            ConnectionError: The server has ended the connection.
        """
        self._connection.sendall(_frame(data, kind=kind, last=last))

    def is_ended(self) -> bool:
        """Whether the server has ended the connection, without reading what it has sent."""
        try:
            self.send(b"", kind=PONG)
        except ConnectionError:
            return True
        return False

    def send_until_ended(self, data: str | bytes, *, kind: int = TEXT, last: bool = True) -> None:
        """Send the same frame many times at once, again and again until the server ends the connection."""
        frames = _frame(data, kind=kind, last=last) * 10_000
        for _ in range(100):
            try:
                self._connection.sendall(frames)
            except ConnectionError:
                return
        raise AssertionError("the server still reads")


def _frame(data: str | bytes, *, kind: int, last: bool) -> bytes:
    payload = data.encode() if isinstance(data, str) else data
    size = len(payload)
    if size < _SHORT:
        length = bytes([0x80 | size])
    elif size < _MEDIUM:
        length = b"\xfe" + struct.pack("!H", size)
    else:
        length = b"\xff" + struct.pack("!Q", size)
    # Masked with zeros.
    return bytes([(0x80 if last else 0) | kind]) + length + bytes(4) + payload


@contextmanager
def open_raw_websocket(url: str, *, path: str = "/_event/", receive_buffer: int = 65_536) -> Generator[RawWebSocket]:
    """Open a websocket as a page does.

    Args:
        url: Origin of the server.
        path: Path of the websocket.
        receive_buffer: Bytes that the system takes from the server without anybody reading them.
    """
    host = urlsplit(url)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(_PATIENCE)
        connection.connect((host.hostname, host.port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {path}?token={TAB_TOKEN}&EIO=4&transport=websocket HTTP/1.1",
            f"Host: {host.netloc}",
            f"Origin: {url}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        )
        connection.sendall("\r\n".join((*lines, "", "")).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        assert head.startswith(b"HTTP/1.1 101"), head
        yield RawWebSocket(connection)
