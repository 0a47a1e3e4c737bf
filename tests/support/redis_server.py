"""Starts Redis for a test, on a socket of its own and without storage."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.servers import STOP_SECONDS, wait_until

_PROGRAM = "redis-server"


class RedisServer:
    """A Redis server without storage.

    Args:
        folder: The folder for its socket; its path must be short, unlike those of temporary folders of tests.
    """

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "socket"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start it."""
        options = ["--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([_PROGRAM, *options], stdout=subprocess.DEVNULL, cwd=self._socket.parent)
        wait_until(self._socket.exists)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_SECONDS)
            self._process = None


@contextmanager
def redis_server() -> Generator[RedisServer]:
    """Run Redis around a block. Where it is not installed the test is skipped, but never in CI."""
    if shutil.which(_PROGRAM) is None and "CI" not in os.environ:
        pytest.skip(f"{_PROGRAM} is not installed")
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
