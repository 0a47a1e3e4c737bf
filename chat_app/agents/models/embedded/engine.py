"""Runs one model's weights inside this process, several answers at a time, without holding up the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chat_app.agents.models.embedded.chunks import Chunk, EngineError, read_chunk
from chat_app.agents.models.embedded.loader import EngineSettings, load_server


class Engine:
    """A loaded model. Its threads are no daemons: `close` it, or the process ends after the answers in work.

    Args:
        path: Verified weights.
        context: The most tokens that the model can read.
        settings: How much of the machine it may use.
    """

    def __init__(self, path: Path, *, context: int, settings: EngineSettings) -> None:
        self.context = min(context, settings.context)
        self.leases = 0
        """Requests that use the engine now; counted by whoever lends it."""
        self._closing = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=settings.streams, thread_name_prefix="model")
        self._server: Any = load_server(path, context=self.context, settings=settings)

    async def complete(self, request: Mapping[str, Any]) -> AsyncGenerator[Chunk]:
        """Yield the continuation of a prompt as it is written. Closing the generator stops the work.

        Args:
            request: What the engine's completion interface takes: `prompt`, `max_tokens`, `grammar` and the like.

        Raises:
            EngineRefused: The request can't be run, for instance because the prompt is too long.
        """
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[Chunk | BaseException | None] = asyncio.Queue()
        job = _Job(loop, chunks, closing=self._closing)
        # Progress reports while the prompt is read give a chance to stop between two batches.
        body = {**request, "stream": True, "return_progress": True, "cache_prompt": True}
        future = self._pool.submit(job.run, self._server, body)
        try:
            while (item := await chunks.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            job.stop()
            future.cancel()

    def close(self) -> None:
        """Stop every answer and free the memory; waits, at most for one batch. Can be called again."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._server = None


class _Job:
    """One request: runs in a thread of the pool and hands what comes to the event loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        chunks: asyncio.Queue[Chunk | BaseException | None],
        *,
        closing: threading.Event,
    ) -> None:
        self._loop = loop
        self._chunks = chunks
        self._closing = closing
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    def run(self, server: Any, body: dict[str, Any]) -> None:
        try:
            server.handle_completions(body, self._receive)
        except Exception as error:
            self._hand_over(error)
        else:
            # An answer that was cut short must not look like one that came to its end.
            cut = self._closing.is_set() and not self._stopped.is_set()
            self._hand_over(EngineError("The model was unloaded while it answered.") if cut else None)

    def _receive(self, raw: dict[str, Any]) -> bool:
        """Take one piece of the answer; True tells the engine to stop."""
        if self._is_over():
            return True
        try:
            chunk = read_chunk(raw)
        except EngineError as error:
            return not self._hand_over(error)
        return chunk is not None and not self._hand_over(chunk)

    def _is_over(self) -> bool:
        # A process whose main thread has ended waits for this thread alone.
        return self._stopped.is_set() or self._closing.is_set() or not threading.main_thread().is_alive()

    def _hand_over(self, item: Chunk | BaseException | None) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._chunks.put_nowait, item)
        except RuntimeError:
            # The loop has ended, so nobody reads any more.
            return False
        return True
