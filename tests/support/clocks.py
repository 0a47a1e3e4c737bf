"""A clock that only moves when a test moves it."""

from __future__ import annotations

from pyrate_limiter.clocks import AbstractClock


class StoppedClock(AbstractClock):
    """A clock of milliseconds that only moves in `wait`."""

    def __init__(self) -> None:
        self._milliseconds = 1_000_000

    def now(self) -> int:
        """Return the current time in milliseconds."""
        return self._milliseconds

    def wait(self, seconds: float) -> None:
        """Move the clock forward."""
        self._milliseconds += round(seconds * 1000)
