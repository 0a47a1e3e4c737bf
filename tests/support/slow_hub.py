"""A model hub whose downloads never finish, for tests of the progress."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chat_app.agents.models.embedded.catalogue import CATALOGUE, FALLBACK_MODEL

_SHARE = 0.43
"""Share of the weights that is sent at once; the rest takes longer than any test."""
_TRICKLE = 65_536


class _SlowHub(BaseHTTPRequestHandler):
    """Sends the first part of the weights at once and the rest slowly."""

    closing = threading.Event()

    def do_GET(self) -> None:
        """Answer every request with as many bytes as the fallback model has."""
        size = CATALOGUE[FALLBACK_MODEL].size
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        try:
            self.wfile.write(bytes(int(size * _SHARE)))
            while not self.closing.wait(0.1):
                self.wfile.write(bytes(_TRICKLE))
        except ConnectionError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing."""


@contextmanager
def slow_hub() -> Generator[str]:
    """Run the hub while the context is open and yield the value for `HF_ENDPOINT`."""
    _SlowHub.closing.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _SlowHub)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    _SlowHub.closing.set()
    server.shutdown()
    server.server_close()
