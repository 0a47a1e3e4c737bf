"""Runs `chat-app` commands as subprocesses."""

from __future__ import annotations

import subprocess
import sys

from tests.support.servers import RunningApp

COMMAND_SECONDS = 60
"""Time limit of a command."""


def run_cli(server: RunningApp | None, *words: str, said: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command against a server.

    Args:
        server: The server; a port where nothing listens when None.
        words: The arguments of the command.
        said: Its standard input.
    """
    url = server.url if server else "http://127.0.0.1:9"
    command = [sys.executable, "-m", "chat_app", *words, "--url", url]
    return subprocess.run(command, input=said, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
