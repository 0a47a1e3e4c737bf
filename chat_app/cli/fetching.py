"""Shows the progress of an embedded model while an answer waits for it."""

from __future__ import annotations

import threading
from typing import Any, Self

import typer

from chat_app.cli.client import Server
from chat_app.domain.errors import ChatAppError

POLL_SECONDS = 1.0
_STEP = 10
"""Percentage points between two lines."""


class ModelProgress:
    """Prints the progress of an agent's model to standard error during a block.

    Args:
        url: The server's address.
        agent_key: Key of the agent that answers.
    """

    def __init__(self, url: str, agent_key: str) -> None:
        self._server = Server(url)
        self._agent_key = agent_key
        self._over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Stop printing, because the answer has begun."""
        self._over.set()

    def _watch(self) -> None:
        printed = ""
        while True:
            status = self._status()
            if self._over.is_set() or status is None or status["state"] in ("ready", "failed"):
                return
            line = _describe(status)
            if line not in ("", printed):
                typer.echo(line, err=True)
                printed = line
            self._over.wait(POLL_SECONDS)

    def _status(self) -> dict[str, Any] | None:
        try:
            agents = self._server.call("GET", "/v1/agents")["items"]
        except ChatAppError:
            # The stream of the answer reports the problem.
            return None
        return next((agent["model_status"] for agent in agents if agent["key"] == self._agent_key), None)


def _describe(status: dict[str, Any]) -> str:
    match status["state"]:
        case "downloading":
            share = 100 * status["received"] // max(1, status["total"])
            return f"Downloading {status['name']}: {share // _STEP * _STEP} % of {status['total'] / 1e6:.0f} MB"
        case "verifying":
            return f"Verifying {status['name']}"
        case "loading":
            return f"Loading {status['name']}"
        case _:
            return ""
