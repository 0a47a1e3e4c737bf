"""A TCP relay between a browser and the server, which can drop data and break connections."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_CHUNK = 65_536


class Relay:
    """Relays bytes between clients and a server.

    Args:
        url: The server's origin.
    """

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        self.server_url = url
        self.swallowed = 0
        """Number of bytes dropped so far."""
        self._target = (target.hostname or "", target.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lose_requests = False
        self._lose_answers = False
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        """The origin of the relay, to be used instead of the server's."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def lose_requests(self) -> None:
        """Drop what clients send from now on; what the server sends still arrives."""
        self._lose_requests = True

    def lose_answers(self) -> None:
        """Drop what the server sends from now on; what clients send still arrives."""
        self._lose_answers = True

    def break_off(self) -> None:
        """Break all connections; new connections work normally."""
        self._lose_requests = self._lose_answers = False
        connections, self._open = self._open, []
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def close(self) -> None:
        """Break all connections and stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        self.break_off()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._open += [client, server]
                for source, target, is_lost in (
                    (client, server, lambda: self._lose_requests),
                    (server, client, lambda: self._lose_answers),
                ):
                    threading.Thread(target=self._carry, args=(source, target, is_lost), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_lost: Callable[[], bool]) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if is_lost():
                    self.swallowed += len(data)
                else:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@contextmanager
def start_relay(url: str) -> Generator[Relay]:
    """Run a relay to a server while the context is open."""
    relay = Relay(url)
    yield relay
    relay.close()
