"""Token buckets by key: each use takes a token, and tokens are refilled at a constant rate.

The algorithm is pyrate-limiter's. `bucket_stores.py` chooses the stores of the buckets.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from inspect import isawaitable

from pyrate_limiter import InMemoryStateStore, Rate, TokenBucket
from pyrate_limiter.abstracts import StateStore
from pyrate_limiter.clocks import AbstractClock

StoreFactory = Callable[[str], StateStore]
"""Creates the store of the bucket with a key."""

_ALGORITHM = TokenBucket()


def in_memory_store(_key: str) -> StateStore:
    """Return a store in the memory of the process."""
    return InMemoryStateStore()


class Buckets:
    """Token buckets, each full when its key is first used.

    Args:
        max_keys: Buckets to keep. Beyond it the least recently used one is dropped, and so is full again.
        store_factory: Creates the stores: in memory, or in Redis (`bucket_stores.py`).
        clock: A clock in milliseconds; the store's own clock if omitted.
    """

    def __init__(
        self, *, max_keys: int, store_factory: StoreFactory = in_memory_store, clock: AbstractClock | None = None
    ) -> None:
        self._max_keys = max_keys
        self._store_of = store_factory
        self._clock = clock
        self._stores: OrderedDict[str, StateStore] = OrderedDict()

    def __len__(self) -> int:
        return len(self._stores)

    async def take(self, key: str, *, size: int, seconds: float, amount: int = 1) -> float:
        """Take tokens and return 0, or return the seconds until there are enough.

        Args:
            key: Key of the bucket.
            size: Tokens in a full bucket.
            seconds: Seconds in which an empty bucket is refilled.
            amount: Tokens to take, at most `size`.
        """
        store = self._store(key)
        now = (self._clock or store.default_clock).now()
        assert isinstance(now, int), "the clock is a local one"
        decision = store.check(_ALGORITHM, [_rate(size, seconds)], now, amount)
        if isawaitable(decision):
            decision = await decision
        return 0.0 if decision.allowed else (decision.retry_after_ms or 1) / 1000

    async def refill(self, key: str) -> None:
        """Refill a bucket."""
        reset = self._store(key).reset()
        if isawaitable(reset):
            await reset

    def _store(self, key: str) -> StateStore:
        store = self._stores.get(key)
        if store is None:
            store = self._stores[key] = self._store_of(key)
            if len(self._stores) > self._max_keys:
                self._stores.popitem(last=False)
        self._stores.move_to_end(key)
        return store


@lru_cache(maxsize=64)
def _rate(size: int, seconds: float) -> Rate:
    return Rate(size, round(seconds * 1000))
