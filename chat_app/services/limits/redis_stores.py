"""Stores of token buckets in Redis, which all replicas share; in memory while Redis does not respond."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr
from pyrate_limiter import InMemoryStateStore, Rate, RedisStateStore
from pyrate_limiter.abstracts import StateStore
from pyrate_limiter.abstracts.algorithm import Decision, State, StateAlgorithm
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from chat_app.services.limits.buckets import StoreFactory

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.0
"""Seconds that Redis may take to respond; the limited request waits for it."""
RETRY_SECONDS = 5.0
"""Seconds without requests to Redis after it did not respond, so that not every request waits for it."""
MAX_CONNECTIONS = 16
"""Open connections to Redis; an operation takes a fraction of a millisecond."""
_PREFIX = "chat-app:limit:"


@asynccontextmanager
async def open_redis_stores(redis_url: SecretStr) -> AsyncGenerator[StoreFactory]:
    """Provide the function that creates the store of a bucket, for the duration of the block.

    Args:
        redis_url: URL of Redis.
    """
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
        redis_url.get_secret_value(),
        max_connections=MAX_CONNECTIONS,
        timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=TIMEOUT_SECONDS,
    )
    health = _RedisHealth()
    async with Redis.from_pool(pool) as redis:
        yield lambda key: _SharedStore(redis, key, health)


class _RedisHealth:
    """Tracks whether Redis responded last time, and logs each change once."""

    def __init__(self) -> None:
        self._available = True
        self._failed_at = 0.0

    @property
    def should_try(self) -> bool:
        return self._available or time.monotonic() - self._failed_at >= RETRY_SECONDS

    def record(self, error: RedisError | OSError | None) -> None:
        if self._available and error is not None:
            # The text of the error may contain the URL, and so a password.
            logger.warning("Redis does not respond (%s): limits apply to this process alone", type(error).__name__)
        elif not self._available and error is None:
            logger.warning("Redis responds again: limits apply to all replicas together")
        self._available = error is None
        self._failed_at = time.monotonic()


class _SharedStore(StateStore):
    """A bucket in Redis, or in memory while Redis does not respond: requests must not fail because of a limit."""

    is_async = True
    default_clock = RedisStateStore.default_clock

    def __init__(self, redis: Redis, key: str, health: _RedisHealth) -> None:
        # Keys contain ids and network addresses of people, which do not belong into another database.
        self._shared = RedisStateStore(redis, _PREFIX + hashlib.sha256(key.encode()).hexdigest())
        self._local = InMemoryStateStore()
        self._health = health

    async def check(self, algorithm: StateAlgorithm, rates: Sequence[Rate], now: int, weight: int) -> Decision:
        return await self._call("check", algorithm, rates, now, weight)

    async def read(self, algorithm: StateAlgorithm, rates: Sequence[Rate]) -> State:
        return await self._call("read", algorithm, rates)

    async def reset(self) -> None:
        await self._call("reset")

    async def _call(self, name: str, *arguments: Any) -> Any:
        if self._health.should_try:
            try:
                result = await getattr(self._shared, name)(*arguments)
            except (RedisError, OSError) as error:
                self._health.record(error)
            else:
                self._health.record(None)
                return result
        return getattr(self._local, name)(*arguments)
