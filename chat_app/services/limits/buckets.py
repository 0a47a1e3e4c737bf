"""Token buckets by key: each holds some tokens, every use takes one, and they come back evenly.

The algorithm is pyrate-limiter's; `bucket_stores.py` chooses where the buckets are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from inspect import isawaitable

from pyrate_limiter import InMemoryStateStore, Rate, TokenBucket
from pyrate_limiter.abstracts import StateStore
from pyrate_limiter.clocks import AbstractClock

StoreOf = Callable[[str], StateStore]
"""Makes the store of one key."""

_ALGORITHM = TokenBucket()


def in_memory(_key: str) -> StateStore:
    """Return a store that ends with the process."""
    return InMemoryStateStore()


class Buckets:
    """Buckets that are full when their key is first used.

    Args:
        max_keys: Keys to remember. Beyond it the one that was not used for longest is forgotten, and full again.
        store_of: Makes the store of a key: in memory, or in Redis (`bucket_stores.py`).
        clock: Milliseconds; the store's own clock when left out.
    """

    def __init__(self, *, max_keys: int, store_of: StoreOf = in_memory, clock: AbstractClock | None = None) -> None:
        self._max_keys = max_keys
        self._store_of = store_of
        self._clock = clock
        self._stores: OrderedDict[str, StateStore] = OrderedDict()

    def __len__(self) -> int:
        return len(self._stores)

    async def take(self, key: str, *, size: int, seconds: float) -> float:
        """Take a token; return 0, or the seconds until there is one, and take none.

        Args:
            key: Whose bucket.
            size: Tokens in a full bucket.
            seconds: How long an empty one takes to be full.
        """
        store = self._store(key)
        now = (self._clock or store.default_clock).now()
        assert isinstance(now, int), "a clock that is asked over the network is none for this"
        decision = store.check(_ALGORITHM, [_rate(size, seconds)], now, 1)
        if isawaitable(decision):
            decision = await decision
        return 0.0 if decision.allowed else (decision.retry_after_ms or 1) / 1000

    async def refill(self, key: str) -> None:
        """Make a bucket full."""
        done = self._store(key).reset()
        if isawaitable(done):
            await done

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
