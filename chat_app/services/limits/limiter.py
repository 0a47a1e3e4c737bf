"""What the limits remember between two uses: buckets, counts, and from where each account was signed in to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time

from pyrate_limiter.clocks import AbstractClock, MonotonicClock

from chat_app.db import usage
from chat_app.db.engine import Database
from chat_app.services.limits.buckets import Buckets, StoreOf, in_memory
from chat_app.services.limits.cached_count import CachedCount
from chat_app.services.limits.sign_in_attempts import SignInAttempts
from chat_app.settings.application import Settings


class Limiter:
    """The state of all limits of a running application.

    Args:
        settings: The limits.
        db: For what is counted.
        store_of: Makes the store of a bucket; one in Redis makes the buckets hold across replicas.
        clock: Milliseconds; the clock of the buckets' store when left out.
    """

    def __init__(
        self, settings: Settings, db: Database, *, store_of: StoreOf = in_memory, clock: AbstractClock | None = None
    ) -> None:
        self._db = db
        ticking = clock or MonotonicClock()
        most = settings.max_limit_keys
        self.buckets = Buckets(max_keys=most, store_of=store_of, clock=clock)
        # Apart from the others, so that tries from many addresses make nobody's count be forgotten.
        self.sign_ins = SignInAttempts(settings, Buckets(max_keys=most, store_of=store_of, clock=clock))
        self.tokens = CachedCount(ticking, self._tokens_of_today)
        self.characters = CachedCount(ticking, self._characters)

    async def _tokens_of_today(self) -> Mapping[str, int]:
        midnight = datetime.combine(datetime.now(UTC).date(), time(), UTC)
        async with self._db.scan() as tx:
            return await usage.tokens_since(tx, midnight)

    async def _characters(self) -> Mapping[str, int]:
        async with self._db.scan() as tx:
            return await usage.characters(tx)
