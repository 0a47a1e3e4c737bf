"""Repeats work beside the application for as long as it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

logger = logging.getLogger(__name__)


@asynccontextmanager
async def run_periodically(work: Callable[[], Awaitable[object]], *, seconds: float) -> AsyncGenerator[None]:
    """Do something again and again around a block; when that is left it has come to its end.

    Args:
        work: What is done. A failure is logged, and the next round comes all the same.
        seconds: Between the end of one round and the beginning of the next.
    """
    task = asyncio.create_task(_repeat(work, seconds=seconds))
    try:
        yield
    finally:
        task.cancel()
        # Waited for: its transaction would else be open when the database closes.
        with suppress(asyncio.CancelledError):
            await task


async def _repeat(work: Callable[[], Awaitable[object]], *, seconds: float) -> NoReturn:
    while True:
        try:
            await work()
        except Exception:
            logger.exception("%s failed", getattr(work, "__qualname__", work))
        await asyncio.sleep(seconds)
