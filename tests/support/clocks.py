"""A clock that stands still until a test moves it."""

from __future__ import annotations

from pyrate_limiter.clocks import AbstractClock


class StoppedClock(AbstractClock):
    """Milliseconds that only a test lets pass."""

    def __init__(self) -> None:
        self._milliseconds = 1_000_000

    def now(self) -> int:
        """Return the milliseconds that have passed."""
        return self._milliseconds

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._milliseconds += round(seconds * 1000)
