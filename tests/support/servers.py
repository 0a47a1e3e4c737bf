"""Starts `chat-app run` as a subprocess, for tests that need the whole application."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from websockets.sync.client import ClientConnection, connect

START_SECONDS = 300.0
"""The first start in a checkout builds the page."""
STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05
TAB_TOKEN = "2df1adc7-69af-44e5-9e5b-ce0e628e06b4"
"""A token in the format that the page makes for each tab."""
SCRIPTED_ENV = {"CHAT_APP_ALLOW_SCRIPTED": "1", "CHAT_APP_MODEL_RETRIES": "1", "CHAT_APP_MODEL_RETRY_SECONDS": "0.1"}
"""Environment of a server with scripted agents."""
_LOGGED_ERROR = re.compile(r"^.* (?:ERROR|CRITICAL) .*$|^Traceback .*$", re.MULTILINE)
_READY = re.compile(r"ready at (http://\S+)")


@dataclass(kw_only=True)
class RunningApp:
    """A running `chat-app run` process.

    Args:
        url: Its origin.
        process: The process.
        log: The file that its output goes to.
    """

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """Send SIGTERM and return the exit status."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """Send SIGKILL and wait until the process has ended."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def read_log(self) -> str:
        """Return the output of the process so far."""
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
    # Appended to: a test that starts the server several times reads the output of all starts.
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
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process: with SIGTERM while coverage is measured, which is written at the exit, and else at once."""
    if process.poll() is None and "COVERAGE_PROCESS_CONFIG" in os.environ:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    if process.poll() is None:
        process.kill()
    process.wait(STOP_SECONDS)


def open_event_socket(
    app: RunningApp, *, origin: str | None = None, token: str = TAB_TOKEN, headers: Mapping[str, str] | None = None
) -> ClientConnection:
    """Open the websocket for events as the page does.

    Args:
        app: The running app.
        origin: The `Origin` header; the app's own origin when omitted, no header when empty.
        token: The tab's token.
        headers: Further headers, for example a cookie.
    """
    url = f"{app.url.replace('http', 'ws', 1)}/_event/?token={token}&EIO=4&transport=websocket"
    named = app.url if origin is None else origin
    sent = {**({"Origin": named} if named else {}), **(headers or {})}
    return connect(url, additional_headers=sent, compression=None)


def find_log_errors(log: str) -> list[str]:
    """Return the lines of a server's log that report an error.

    Errors that a page reports to the server are left out: `PageMonitor` finds them in the browser.
    """
    return [line for line in _LOGGED_ERROR.findall(log) if "a page reported an error" not in line]


def wait_until(condition: Callable[[], bool], *, seconds: float = 10.0, what: str = "the condition") -> None:
    """Wait until a condition is true, and fail after a time limit.

    Args:
        condition: Checked repeatedly.
        seconds: The time limit.
        what: Name of the condition for the failure message.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} was not true within {seconds} s"
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
