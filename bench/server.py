"""Serves the REST API, without the page, in processes that can be killed and restarted quickly.

    python -m bench.server

Imports the application once and then executes commands from its standard input: `start DATA_DIR PORT` forks a server,
`kill` ends it with SIGKILL, `stop` with SIGTERM. It answers `ready` or `ended`. Imports take far longer than a start,
and a forked server is a separate process: a kill loses everything that was not on the disk.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from bench._probes import Probes
from chat_app.api.app import build_api
from chat_app.services.startup import running
from chat_app.settings.application import Settings


def main() -> None:
    """Execute the commands of the standard input until it ends."""
    server: int | None = None
    for line in sys.stdin:
        match line.split():
            case ["start", data_dir, port]:
                server = _start(Path(data_dir), int(port))
            case [("kill" | "stop") as how] if server is not None:
                os.kill(server, signal.SIGKILL if how == "kill" else signal.SIGTERM)
                os.waitpid(server, 0)
                server = None
                print("ended", flush=True)
            case _:
                raise ValueError(f"not understood: {line!r}")
    if server is not None:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


def _start(data_dir: Path, port: int) -> int:
    """Fork a server and return its process id once it answers requests."""
    reading, writing = os.pipe()
    server = os.fork()
    if server == 0:
        os.close(reading)
        log = os.open(data_dir / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(log, stream)
        status = 1
        try:
            asyncio.run(_serve(data_dir, port, writing))
            status = 0
        finally:
            # Not the interpreter's own exit, which would go on in the copy of the parent.
            os._exit(status)
    os.close(writing)
    answered = os.read(reading, 1)
    os.close(reading)
    print("ready" if answered else "failed", flush=True)
    return server


async def _serve(data_dir: Path, port: int, ready: int) -> None:
    Probes(data_dir).install()
    config = uvicorn.Config(
        build_api(),
        port=port,
        http="h11",
        loop="asyncio",
        lifespan="off",
        log_level="warning",
        access_log=False,
        # Event streams have no end of their own.
        timeout_graceful_shutdown=1,
    )
    server = _AnnouncingServer(config, ready)
    async with running(Settings(data_dir=data_dir)):
        await server.serve()


class _AnnouncingServer(uvicorn.Server):
    """Writes to a pipe once it answers requests.

    Args:
        config: The server's configuration.
        ready: The pipe's end to write to.
    """

    def __init__(self, config: uvicorn.Config, ready: int) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen and write to the pipe."""
        await super().startup(sockets)
        os.write(self._ready, b".")
        os.close(self._ready)


if __name__ == "__main__":
    main()
