"""Controls the scripted agent of a running server: its answers, and the gates at which they wait."""

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
        folder: The data folder of the server, which contains the script and the files of its gates.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._gates: list[str] = []

    def play(self, *steps: dict[str, Any], **options: Any) -> None:
        """Answer with these steps of a script from now on; each can be used repeatedly unless it sets `times`."""
        write_script(self._folder, [{"times": None, **step} for step in steps], **options)

    def answer_with(self, *chunks: dict[str, Any], **options: Any) -> None:
        """Answer every message with these chunks."""
        self.play({"chunks": list(chunks)}, **options)

    def new_gate(self) -> str:
        """Return the unique name of a new gate, for a chunk `{"wait": name}`."""
        self._gates.append(f"gate-{next(_numbers)}")
        return self._gates[-1]

    def open_gate(self, gate: str) -> None:
        """Open a gate, so that the script continues."""
        (self._folder / gate).touch()

    def wait_for(self, mark: str) -> None:
        """Wait until the script has reached a chunk `{"mark": mark}`."""
        wait_until((self._folder / mark).exists)

    def open_all_gates(self) -> None:
        """Open every gate, so that no turn is left waiting."""
        for gate in self._gates:
            self.open_gate(gate)
