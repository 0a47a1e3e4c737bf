"""Runs background work periodically while the application runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

logger = logging.getLogger(__name__)


@asynccontextmanager
async def run_in_background(work: Callable[[], Awaitable[object]]) -> AsyncGenerator[None]:
    """Run a function during a `with` block, and end it on exit.

    Args:
        work: The function. An exception is logged.
    """
    task = asyncio.create_task(_run(work))
    try:
        yield
    finally:
        task.cancel()
        # Otherwise its transaction would be open when the database closes.
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def run_periodically(work: Callable[[], Awaitable[object]], *, seconds: float) -> AsyncGenerator[None]:
    """Run a function periodically during a `with` block, and wait for its end on exit.

    Args:
        work: The function. An exception is logged and does not end the repetition.
        seconds: Seconds from the end of one run to the start of the next.
    """

    async def repeat() -> NoReturn:
        while True:
            await _run(work)
            await asyncio.sleep(seconds)

    async with run_in_background(repeat):
        yield


async def _run(work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except Exception:
        logger.exception("%s failed", getattr(work, "__qualname__", work))
