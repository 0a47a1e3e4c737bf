"""Synchronizes a script with a test: gates that the script waits at, and marks that it sets."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import anyio

POLL_SECONDS = 0.01
"""Seconds between two checks of a waiting script for its file."""


class Gates(Protocol):
    """The gates and marks of a script."""

    async def wait(self, name: str) -> None:
        """Return when the gate is open."""
        ...

    def mark(self, name: str) -> None:
        """Set the mark."""
        ...


class EventGates:
    """Gates inside one process."""

    def __init__(self) -> None:
        self._events: dict[str, anyio.Event] = {}

    def event(self, name: str) -> anyio.Event:
        """Return the event behind a gate or a mark."""
        return self._events.setdefault(name, anyio.Event())

    async def wait(self, name: str) -> None:
        """Return when the event is set."""
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
