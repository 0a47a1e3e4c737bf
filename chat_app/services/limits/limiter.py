"""State of all limits: token buckets, cached counts, sign-in attempts and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time

from pyrate_limiter.clocks import AbstractClock, MonotonicClock

from chat_app.db import usage
from chat_app.db.engine import Database
from chat_app.services.limits.buckets import Buckets, StoreFactory, in_memory_store
from chat_app.services.limits.cached_count import CachedCount
from chat_app.services.limits.refusals import Refusals
from chat_app.services.limits.sign_in_attempts import SignInAttempts
from chat_app.settings.application import Settings


class Limiter:
    """The state of the limits of a running application.

    Args:
        settings: The limits.
        db: The database whose rows are counted.
        store_factory: Creates the stores of the buckets; with stores in Redis, all replicas share the buckets.
        clock: A clock in milliseconds; the clock of the buckets' stores if omitted.
    """

    def __init__(
        self,
        settings: Settings,
        db: Database,
        *,
        store_factory: StoreFactory = in_memory_store,
        clock: AbstractClock | None = None,
    ) -> None:
        self._db = db
        count_clock = clock or MonotonicClock()
        max_keys = settings.max_limit_keys
        self.buckets = Buckets(max_keys=max_keys, store_factory=store_factory, clock=clock)
        # Separate buckets, so that sign-in attempts from many addresses do not evict the other buckets.
        self.sign_ins = SignInAttempts(settings, Buckets(max_keys=max_keys, store_factory=store_factory, clock=clock))
        self.refusals = Refusals(max_keys=max_keys)
        self.tokens = CachedCount(count_clock, self._count_tokens_of_today)
        self.characters = CachedCount(count_clock, self._count_characters)

    async def _count_tokens_of_today(self) -> Mapping[str, int]:
        midnight = datetime.combine(datetime.now(UTC).date(), time(), UTC)
        async with self._db.scan() as tx:
            return await usage.tokens_since(tx, midnight)

    async def _count_characters(self) -> Mapping[str, int]:
        async with self._db.scan() as tx:
            return await usage.characters(tx)
