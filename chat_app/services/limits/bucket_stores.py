"""Stores of token buckets: in the memory of the process, or in Redis, which all replicas share."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from chat_app.services.limits.buckets import StoreFactory, in_memory_store


@asynccontextmanager
async def open_bucket_stores(redis_url: SecretStr | None) -> AsyncGenerator[StoreFactory]:
    """Provide the function that creates the store of a bucket, for the duration of the block.

    Args:
        redis_url: URL of Redis; None keeps the buckets in memory.
    """
    if redis_url is None:
        yield in_memory_store
        return
    # Loaded here, because few installations use Redis.
    from chat_app.services.limits.redis_stores import open_redis_stores  # noqa: PLC0415

    async with open_redis_stores(redis_url) as store_factory:
        yield store_factory
