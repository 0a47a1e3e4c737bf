"""The scripted agent of a test: what it says, and the gates at which it waits."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from tests.support.agents import write_script
from tests.support.servers import wait_until

_numbers = itertools.count(1)


class ScriptedAgent:
    """The agent `player` of a running server.

    Args:
        folder: The server's data folder, where its script and its gates are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._gates: list[str] = []

    def plays(self, *steps: dict[str, Any], **options: Any) -> None:
        """Let it answer with these steps of a script from now on, each as often as it is asked unless it says."""
        write_script(self._folder, [{"times": None, **step} for step in steps], **options)

    def says(self, *chunks: dict[str, Any], **options: Any) -> None:
        """Let it answer everything with these chunks."""
        self.plays({"chunks": list(chunks)}, **options)

    def gate(self) -> str:
        """Return the name of a gate that no other test knows."""
        self._gates.append(f"gate-{next(_numbers)}")
        return self._gates[-1]

    def open(self, gate: str) -> None:
        """Let the script go on."""
        (self._folder / gate).touch()

    def wait_for(self, mark: str) -> None:
        """Wait until the script has come to a mark."""
        wait_until((self._folder / mark).exists)

    def leave(self) -> None:
        """Open every gate, so that no turn waits for a test that has ended."""
        for gate in self._gates:
            self.open(gate)
