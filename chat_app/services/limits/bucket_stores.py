"""Stores of token buckets: in the process, or in Redis."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from chat_app.services.limits.buckets import StoreOf, in_memory


@asynccontextmanager
async def bucket_stores(redis_url: SecretStr | None) -> AsyncGenerator[StoreOf]:
    """Provide the function that makes the store of a bucket from its key.

    Args:
        redis_url: Address of Redis. If it is None, the process keeps the buckets.
    """
    if redis_url is None:
        yield in_memory
        return
    # Few installations use Redis.
    from chat_app.services.limits.redis_stores import redis_stores  # noqa: PLC0415

    async with redis_stores(redis_url) as store_of:
        yield store_of
