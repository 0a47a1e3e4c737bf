"""Counts that are too dear to take each time: one is believed for some seconds, with what was added meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from pyrate_limiter.clocks import AbstractClock


class CachedCount:
    """A count by key.

    Args:
        clock: Milliseconds.
        take: Takes the count of all keys.
    """

    def __init__(self, clock: AbstractClock, take: Callable[[], Awaitable[Mapping[str, int]]]) -> None:
        self._clock = clock
        self._take = take
        self._counted: Counter[str] = Counter()
        self._at: float | None = None
        self._one = asyncio.Lock()

    async def get(self, key: str, *, seconds: float) -> int:
        """Return the count of a key, not older than this many seconds."""
        async with self._one:
            if self._at is None or self._now() - self._at >= seconds:
                at = self._now()
                self._counted = Counter(await self._take())
                self._at = at
        return self._counted[key]

    def add(self, key: str, number: int) -> None:
        """Count what was added since, until the next count has it."""
        self._counted[key] += number

    def _now(self) -> float:
        now = self._clock.now()
        assert isinstance(now, int), "a clock that is asked over the network is none for this"
        return now / 1000
