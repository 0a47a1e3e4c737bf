"""How a script and the one who watches it wait for each other: gates that it waits at, marks that it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import anyio

POLL_SECONDS = 0.01
"""How often a waiting script looks for its file."""


class Gates(Protocol):
    """How a script and the one who watches it wait for each other."""

    async def wait(self, name: str) -> None:
        """Return when the gate is open."""
        ...

    def mark(self, name: str) -> None:
        """Say that the script has come to the mark."""
        ...


class EventGates:
    """Gates inside one process."""

    def __init__(self) -> None:
        self._events: dict[str, anyio.Event] = {}

    def event(self, name: str) -> anyio.Event:
        """Return the event behind a gate or a mark."""
        return self._events.setdefault(name, anyio.Event())

    async def wait(self, name: str) -> None:
        """Return when somebody has set the event."""
        await self.event(name).wait()

    def mark(self, name: str) -> None:
        """Set the event."""
        self.event(name).set()


class FileGates:
    """Gates between processes: files in the folder of the script."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def wait(self, name: str) -> None:
        """Return when the file is there."""
        while not await anyio.Path(self._folder / name).exists():  # noqa: ASYNC110 - another process makes it
            await anyio.sleep(POLL_SECONDS)

    def mark(self, name: str) -> None:
        """Make the file."""
        (self._folder / name).touch()
