"""Token buckets in Redis, where they hold for all replicas together; in the process while Redis does not answer."""

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

from chat_app.services.limits.buckets import StoreOf

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0
"""How long Redis may take to answer; what is limited waits for it."""
SILENT_SECONDS = 5.0
"""How long it is left alone after it did not answer, so that not everybody waits for it."""
MAX_CONNECTIONS = 16
"""Connections to Redis at once; a bucket takes a fraction of a millisecond."""
_PREFIX = "chat-app:limit:"


@asynccontextmanager
async def redis_stores(redis_url: SecretStr) -> AsyncGenerator[StoreOf]:
    """Provide the function that makes the store of a bucket from its key.

    Args:
        redis_url: Address of Redis.
    """
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
        redis_url.get_secret_value(),
        max_connections=MAX_CONNECTIONS,
        timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
    )
    health = _Health()
    async with Redis.from_pool(pool) as redis:
        yield lambda key: _SharedStore(redis, key, health)


class _Health:
    """Whether Redis answered when it was last asked; each change is logged once."""

    def __init__(self) -> None:
        self._well = True
        self._failed_at = 0.0

    @property
    def may_be_asked(self) -> bool:
        return self._well or time.monotonic() - self._failed_at >= SILENT_SECONDS

    def note(self, problem: RedisError | OSError | None) -> None:
        if self._well and problem is not None:
            # The problem's own text may have the address, and so a password.
            logger.warning("Redis does not answer (%s): limits hold for this process alone", type(problem).__name__)
        elif not self._well and problem is None:
            logger.warning("Redis answers again: limits hold for all replicas together")
        self._well = problem is None
        self._failed_at = time.monotonic()


class _SharedStore(StateStore):
    """A bucket in Redis; while that does not answer, one in the process: a limit is no reason to be out of order."""

    is_async = True
    default_clock = RedisStateStore.default_clock

    def __init__(self, redis: Redis, key: str, health: _Health) -> None:
        # Keys have e-mail addresses in them, which are nobody's business there.
        self._shared = RedisStateStore(redis, _PREFIX + hashlib.sha256(key.encode()).hexdigest())
        self._own = InMemoryStateStore()
        self._health = health

    async def check(self, algorithm: StateAlgorithm, rates: Sequence[Rate], now: int, weight: int) -> Decision:
        return await self._ask("check", algorithm, rates, now, weight)

    async def read(self, algorithm: StateAlgorithm, rates: Sequence[Rate]) -> State:
        return await self._ask("read", algorithm, rates)

    async def reset(self) -> None:
        await self._ask("reset")

    async def _ask(self, name: str, *arguments: Any) -> Any:
        if self._health.may_be_asked:
            try:
                answer = await getattr(self._shared, name)(*arguments)
            except (RedisError, OSError) as problem:
                self._health.note(problem)
            else:
                self._health.note(None)
                return answer
        return getattr(self._own, name)(*arguments)
