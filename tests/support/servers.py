"""Starts the app as its users do, for tests that need the whole of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from websockets.sync.client import ClientConnection, connect

START_SECONDS = 300.0
"""The first start in a checkout builds the page."""
STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05
TAB_TOKEN = "2df1adc7-69af-44e5-9e5b-ce0e628e06b4"
"""A token of the form that the page makes for each tab."""
_READY = re.compile(r"ready at (http://\S+)")


@dataclass(kw_only=True)
class RunningApp:
    """A `chat-app run` of its own process.

    Args:
        url: Its origin.
        process: The process.
        log: The file that has all it wrote.
    """

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """Ask the process to stop, and give its exit status."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End the process without asking."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def read_log(self) -> str:
        """Give what the process has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def start_app(
    data_dir: Path,
    *,
    port: int = 0,
    env: Mapping[str, str] | None = None,
    agents: Path | None = None,
    command: tuple[str, ...] = (sys.executable, "-m", "chat_app"),
    cwd: Path | None = None,
) -> Generator[RunningApp]:
    """Run the app until the block ends.

    Args:
        data_dir: The data folder.
        port: The port; a free one when 0.
        env: Variables added to the environment.
        agents: The agents file; the data folder's when omitted.
        command: How to call `chat-app`.
        cwd: The current folder of the process; the data folder's parent when omitted.
    """
    arguments = ["run", "--port", str(port), "--data-dir", str(data_dir)]
    arguments += ["--agents", str(agents)] if agents is not None else []
    log = data_dir.with_name(f"{data_dir.name}.log")
    # Appended to, so that a test of several starts finds all that was written.
    with log.open("ab") as output:
        offset = output.tell()
        process = subprocess.Popen(
            [*command, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd or data_dir.parent,
        )
    try:
        yield RunningApp(url=_wait_ready(process, log, offset), process=process, log=log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(STOP_SECONDS)


def open_event_socket(
    app: RunningApp, *, origin: str | None = None, token: str = TAB_TOKEN, headers: Mapping[str, str] | None = None
) -> ClientConnection:
    """Open the event websocket as the page does.

    Args:
        app: The running app.
        origin: What the client says that it comes from; the app's own page when omitted, nothing when empty.
        token: The tab's token.
        headers: More headers, a cookie for instance.
    """
    url = f"{app.url.replace('http', 'ws', 1)}/_event/?token={token}&EIO=4&transport=websocket"
    named = app.url if origin is None else origin
    sent = {**({"Origin": named} if named else {}), **(headers or {})}
    return connect(url, additional_headers=sent, compression=None)


def wait_until(condition: Callable[[], bool], *, seconds: float = 10.0, what: str = "it") -> None:
    """Wait for a fact, and fail when it does not come about.

    Args:
        condition: Whether the fact is there.
        seconds: How long to wait for it.
        what: The fact's name.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come about in {seconds} s"
        time.sleep(_POLL_SECONDS)


def _wait_ready(process: subprocess.Popen[bytes], log: Path, offset: int) -> str:
    announced: re.Match[str] | None = None

    def is_announced() -> bool:
        nonlocal announced
        written = log.read_bytes()[offset:].decode(errors="replace")
        assert process.poll() is None, f"chat-app ended with {process.returncode}:\n{written}"
        announced = _READY.search(written)
        return announced is not None

    wait_until(is_announced, seconds=START_SECONDS)
    assert announced is not None
    url = announced[1]
    assert httpx.get(url, timeout=STOP_SECONDS).status_code == httpx.codes.OK
    return url
