"""Runs a model inside this process: several answers at a time, in threads, without blocking the event loop."""

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
    """A loaded model. Its threads are not daemons: without `close`, the process ends after the answers in progress.

    Args:
        path: Verified weights.
        context: The most tokens of the model's context.
        settings: The resources that it may use.
    """

    def __init__(self, path: Path, *, context: int, settings: EngineSettings) -> None:
        self.context = min(context, settings.context)
        self.leases = 0
        """Requests that use the engine now; counted by `EmbeddedModels`."""
        self._closing = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=settings.streams, thread_name_prefix="model")
        self._server: Any = load_server(path, context=self.context, settings=settings)

    async def complete(self, request: Mapping[str, Any]) -> AsyncGenerator[Chunk]:
        """Yield the completion of a prompt while it is generated. Closing the generator stops the generation.

        Args:
            request: Parameters of the engine's completion interface, such as `prompt`, `max_tokens` and `grammar`.

        Raises:
            EngineError: The engine rejects the request, for instance because the prompt is too long.
        """
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[Chunk | BaseException | None] = asyncio.Queue()
        job = _Job(loop, chunks, closing=self._closing)
        # With progress reports, reading a long prompt can be stopped between two batches.
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
        """Stop all answers and free the memory; blocks for one batch at most. May be called again."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._server = None


class _Job:
    """One request: runs in a thread of the pool and passes its chunks to the event loop."""

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
            self._send(error)
        else:
            # An answer that was cut off must not look complete.
            was_cut_off = self._closing.is_set() and not self._stopped.is_set()
            self._send(EngineError("The model was unloaded while it answered.") if was_cut_off else None)

    def _receive(self, raw: dict[str, Any]) -> bool:
        """Receive one callback; return True to make the engine stop."""
        if self._is_over():
            return True
        try:
            chunk = read_chunk(raw)
        except EngineError as error:
            return not self._send(error)
        return chunk is not None and not self._send(chunk)

    def _is_over(self) -> bool:
        # When the main thread has ended, the process waits for this thread only.
        return self._stopped.is_set() or self._closing.is_set() or not threading.main_thread().is_alive()

    def _send(self, item: Chunk | BaseException | None) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._chunks.put_nowait, item)
        except RuntimeError:
            # The loop is closed, so nothing reads the chunks any more.
            return False
        return True
