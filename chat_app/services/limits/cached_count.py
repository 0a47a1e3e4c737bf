"""Caches expensive counts for a few seconds, and adds to them what is counted meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from pyrate_limiter.clocks import AbstractClock


class CachedCount:
    """Cached counts by key.

    Args:
        clock: A clock in milliseconds.
        count: Counts anew, for all keys.
    """

    def __init__(self, clock: AbstractClock, count: Callable[[], Awaitable[Mapping[str, int]]]) -> None:
        self._clock = clock
        self._count = count
        self._counts: Counter[str] = Counter()
        self._counted_at: float | None = None
        self._lock = asyncio.Lock()

    async def get(self, key: str, *, seconds: float) -> int:
        """Return the count of a key.

        Args:
            key: The key.
            seconds: The maximum age of the count; an older one is counted anew.
        """
        async with self._lock:
            if self._counted_at is None or self._now() - self._counted_at >= seconds:
                at = self._now()
                self._counts = Counter(await self._count())
                self._counted_at = at
        return self._counts[key]

    def add(self, key: str, number: int) -> None:
        """Add to the cached count of a key, until the next count includes it."""
        self._counts[key] += number

    def _now(self) -> float:
        now = self._clock.now()
        assert isinstance(now, int), "the clock is a local one"
        return now / 1000
