"""Starts, kills and restarts a server for benchmarks, and provides its REST client."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import httpx
from httpx_sse import connect_sse

from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent

PATIENCE = 60.0
"""Time limit of a wait in seconds; a busy machine takes several."""
POLL_SECONDS = 0.005
AGENT = "player"
SCRIPT = "script.json"
_FAST = {
    "CHAT_APP_ALLOW_SCRIPTED": "1",
    "CHAT_APP_TURN_POLL_SECONDS": "0.02",
    "CHAT_APP_CHECKPOINT_SECONDS": "0.05",
    "CHAT_APP_MODEL_RETRY_SECONDS": "0.05",
}


class Launcher:
    """Forks servers, one at a time, from a process that has imported the application.

    Args:
        process: `bench.server`.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, data_dir: Path, port: int) -> None:
        """Start a server and wait until it answers requests."""
        self._say(f"start {data_dir} {port}", expect="ready")

    def kill(self) -> None:
        """End the server with SIGKILL."""
        self._say("kill", expect="ended")

    def stop(self) -> None:
        """End the server with SIGTERM and wait."""
        self._say("stop", expect="ended")

    def _say(self, line: str, *, expect: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if answer != expect:
            raise RuntimeError(f"the server did not do '{line}': {answer or 'it ended'}")


@contextmanager
def launcher(env: Mapping[str, str] | None = None) -> Generator[Launcher]:
    """Run a process that has imported the application while the context is open."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, **_FAST, **(env or {})},
    ) as process:
        try:
            yield Launcher(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_for(condition: Callable[[], bool], *, what: str) -> None:
    """Wait until a condition is true.

    Raises:
        TimeoutError: It was not true within the time limit.
    """
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so after {PATIENCE} s: {what}")
        time.sleep(POLL_SECONDS)


def write_agents(data_dir: Path, *, model: str | None = None) -> None:
    """Write an agents file with one agent, whose default model plays the script in the data folder."""
    model = model or f"scripted:{data_dir / SCRIPT}"
    (data_dir / "agents.toml").write_text(
        f'[[agents]]\nkey = "{AGENT}"\nname = "Player"\ncolor = "#5b6ee1"\nmodel = "{model}"\n'
        'tools = ["record", "clock"]\n',
        encoding="utf-8",
    )


class Client:
    """A REST client of the server; as a context manager it closes its connections.

    Args:
        port: The server's port on this machine.
    """

    def __init__(self, port: int) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def new_session(self) -> str:
        """Create a session and return its id."""
        answer = self.http.post("/v1/chat", json={"agent_key": AGENT})
        return answer.raise_for_status().json()["id"]

    def send(self, session_id: str, text: str, *, key: str) -> dict[str, Any]:
        """Send a message and return the answer."""
        answer = self.http.post(
            f"/v1/chat/{session_id}/messages", json={"content": text}, headers={"Idempotency-Key": key}
        )
        return answer.raise_for_status().json()

    def snapshot(self, session_id: str) -> dict[str, Any]:
        """Return a session with its messages."""
        return self.http.get(f"/v1/chat/{session_id}", params={"limit": 200}).raise_for_status().json()

    def events(self, session_id: str, *, after: int) -> Iterator[ChatEvent]:
        """Yield a session's events until the connection ends."""
        headers = {"Last-Event-ID": str(after)}
        with (
            suppress(httpx.TransportError),
            connect_sse(self.http, "GET", f"/v1/chat/{session_id}/events", headers=headers) as source,
        ):
            for frame in source.iter_sse():
                if not frame.data:
                    # A heartbeat.
                    continue
                yield ChatEvent.model_validate_json(frame.data)

    def ended_events(self, session_id: str, *, after: int) -> list[ChatEvent]:
        """Return a session's events up to the end of a turn, waiting for it."""
        seen: list[ChatEvent] = []
        for event in self.events(session_id, after=after):
            seen.append(event)
            if event.type in LAST_OF_A_TURN:
                return seen
        raise ConnectionError("the stream ended before the turn")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines, none if it does not exist."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
