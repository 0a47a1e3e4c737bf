"""Limits of several replicas, which share their buckets in a real Redis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from chat_app.services.limits import redis_stores
from chat_app.services.limits.bucket_stores import open_bucket_stores
from chat_app.services.limits.buckets import Buckets
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.clocks import StoppedClock
from tests.support.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio

HOUR = 3_600.0
KEY = "user:someone@example.org"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis server for this test."""
    with redis_server() as server:
        yield server


@asynccontextmanager
async def replica(redis: RedisServer) -> AsyncGenerator[Buckets]:
    """The buckets of one process, with a stopped clock, which concurrent attempts cannot move backwards."""
    async with open_bucket_stores(SecretStr(redis.url)) as store_factory:
        yield Buckets(max_keys=10, store_factory=store_factory, clock=StoppedClock())


async def let_through(*replicas: Buckets, tries: int, size: int) -> int:
    """Make this many attempts at each replica at the same time, and return how many are allowed."""
    waits = await asyncio.gather(*(each.take(KEY, size=size, seconds=HOUR) for each in replicas for _ in range(tries)))
    return waits.count(0)


async def test_two_replicas_share_one_limit(redis: RedisServer) -> None:
    async with replica(redis) as one, replica(redis) as two:
        assert await let_through(one, two, tries=40, size=50) == 50
        assert await one.take(KEY, size=50, seconds=HOUR) == pytest.approx(HOUR / 50)
        await two.refill(KEY)
        assert await let_through(one, two, tries=1, size=50) == 2


async def test_without_redis_each_replica_limits_separately_and_warns_once(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with replica(redis) as one, replica(redis) as two:
        assert await let_through(one, tries=1, size=1) == 1
        redis.stop()
        with caplog.at_level(logging.WARNING):
            assert await let_through(one, two, tries=20, size=5) == 10
        assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
        assert redis.url not in caplog.text
        redis.start()
        assert await let_through(one, two, tries=1, size=5) == 0
        monkeypatch.setattr(redis_stores, "RETRY_SECONDS", 0)
        assert await let_through(one, two, tries=20, size=5) == 5


async def test_redis_keys_contain_no_email_address(redis: RedisServer) -> None:
    async with replica(redis) as one:
        await one.take(KEY, size=5, seconds=HOUR)
    client: Redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - its options have no types
        redis.url, decode_responses=True
    )
    async with client:
        kept = await cast("Any", client).keys()
    assert len(kept) == 1
    assert "example.org" not in kept[0]


async def test_the_redis_url_setting_stores_limits_in_redis(redis: RedisServer, settings: Settings) -> None:
    shared = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
    for expected in (True, False):
        async with running(shared) as app:
            assert (await app.limiter.buckets.take(KEY, size=1, seconds=HOUR) == 0) is expected
