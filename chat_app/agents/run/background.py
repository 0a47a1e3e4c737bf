"""Loads the turn runner in the background, because the libraries that it needs take longer to load than a page does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat_app.agents.run.runner import TurnRunner

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
"""Seconds after the start at which loading begins if no turn needs it earlier: a browser has its first page by then."""

OpenRunner = Callable[[], AbstractAsyncContextManager["TurnRunner"]]
"""Loads, launches and yields the runner, and closes it at the end of the block."""


class BackgroundRunner:
    """Passes calls on to a turn runner that is loaded when it is first needed, or soon after the start.

    Args:
        open_runner: Opens the runner.
        on_failure: Called if the runner can't be opened; `close` raises the error.
    """

    def __init__(self, open_runner: OpenRunner, *, on_failure: Callable[[], None]) -> None:
        self._open_runner = open_runner
        self._on_failure = on_failure
        self._task: asyncio.Task[None] | None = None
        self._needed = asyncio.Event()
        self._closing = asyncio.Event()
        self._loaded: asyncio.Future[TurnRunner] = asyncio.get_running_loop().create_future()

    def open(self, unfinished: Sequence[str]) -> None:
        """Begin to wait for the first turn.

        Args:
            unfinished: Turns that an earlier process left unfinished. If there are any, loading begins now.
        """
        if unfinished:
            self._needed.set()
        self._task = asyncio.create_task(self._run(unfinished))

    async def loaded(self) -> TurnRunner:
        """Return the runner as soon as it runs."""
        self._needed.set()
        return await asyncio.shield(self._loaded)

    async def start(self, turn_id: str) -> None:
        """Start a turn; has no effect if it was started before."""
        await (await self.loaded()).start(turn_id)

    async def close(self) -> None:
        """Close the runner, or stop loading it.

        Raises:
            Exception: The runner could not be opened.
        """
        if self._task is None:
            return
        self._closing.set()
        if not self._loaded.done():
            self._loaded.cancel()
            self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self, unfinished: Sequence[str]) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._needed.wait(), IDLE_SECONDS)
        try:
            async with self._open_runner() as runner:
                for turn_id in unfinished:
                    await runner.resume(turn_id)
                self._loaded.set_result(runner)
                await self._closing.wait()
        except Exception as error:
            if not self._loaded.done():
                logger.exception("the turn runner can't be loaded")
                self._loaded.set_exception(error)
                # Marked as seen: there may be no turn that waits for it.
                self._loaded.exception()
                self._on_failure()
            raise
