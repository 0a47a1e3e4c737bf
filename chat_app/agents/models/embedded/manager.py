"""The embedded models of one installation: which there are, how ready they are, and the loaded ones."""

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
import httpx

from chat_app.agents.models.embedded.catalogue import CATALOGUE, CatalogueModel
from chat_app.agents.models.embedded.download import Downloader
from chat_app.agents.models.embedded.engine import Engine
from chat_app.agents.models.embedded.http_client import make_client
from chat_app.agents.models.embedded.index import PackageIndex
from chat_app.agents.models.embedded.loader import EngineSettings
from chat_app.agents.models.embedded.pip_settings import read_index_settings
from chat_app.agents.models.embedded.status import ModelState, ModelStatus, StatusBoard
from chat_app.agents.models.embedded.verify import find_stamped
from chat_app.domain.errors import ChatAppError, NotFound, Unavailable

if TYPE_CHECKING:
    # The agent library is loaded with the turn runner, after the start.
    from chat_app.agents.models.embedded.model import EmbeddedModel

MODELS_FOLDER = "models"
PROGRESS_SECONDS = 0.2
"""Between two reports of progress: smooth to the eye, and no load on those who follow."""
RATE_WINDOW_SECONDS = 5.0
"""The rate is taken over this time; over less it jumps, over more it lags."""
IDLE_SECONDS = 600.0
"""A model that nobody has asked for this long is unloaded; loading it again takes about a second."""


class EmbeddedModels:
    """Fetches, loads and lends models; used on one event loop.

    Args:
        data_dir: The data folder; weights go into a folder below it.
        settings: How much of the machine a model may use.
        catalogue: The models, by key.
        idle_seconds: How long a model stays loaded that nobody asks.
        client: Fetches weights; one that is set up as pip is on this machine when omitted.
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
        """Where weights lie; a person may put them there."""
        return self._folder

    @property
    def loaded(self) -> frozenset[str]:
        """The models that take up memory now."""
        return frozenset(self._engines)

    def status(self, key: str) -> ModelStatus:
        """Return how ready a model is; looks at the folder, not at the network.

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
        """Return the verified weights, fetching them when they are not here; all who ask share one download.

        The download goes on when the one who asked gives up.

        Raises:
            NotFound: The catalogue has no such model.
            Unavailable: They can't be fetched; the text says what to do. The next call tries again.
        """
        model = self._find(key)
        here = find_stamped(self._folder, model)
        if here is not None:
            if self._board.get(key).state is not ModelState.LOADING:
                self._report(model, ModelState.READY)
            return here
        if key not in self._downloads:
            task = asyncio.create_task(self._download(model))
            self._downloads[key] = task
            task.add_done_callback(partial(self._downloaded, key))
        return await asyncio.shield(self._downloads[key])

    async def load(self, key: str) -> None:
        """Make a model ready to answer at once, for instance when the program has started.

        Raises:
            NotFound: The catalogue has no such model.
            Unavailable: It can't be fetched or loaded.
        """
        model = self._find(key)
        async with self._lease(key) as engine:
            if model.chooses_tools:
                from chat_app.agents.models.embedded.writer import preload_examples  # noqa: PLC0415 - see above

                await preload_examples(engine)

    def model(self, key: str) -> EmbeddedModel:
        """Return a model to ask; weights are fetched and loaded when it is asked first.

        Raises:
            NotFound: The catalogue has no such model.
        """
        from chat_app.agents.models.embedded.model import EmbeddedModel  # noqa: PLC0415 - see above

        model = self._find(key)
        context = min(model.context, self._settings.context)
        return EmbeddedModel(model, partial(self._lease, key), context=context)

    async def close(self) -> None:
        """Stop downloads and answers and free the memory; what was fetched stays for the next start."""
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
                f"There is no embedded model '{key}'. There are: {', '.join(self._catalogue)}.", code="model_not_found"
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
        done = state in (ModelState.VERIFYING, ModelState.LOADING, ModelState.READY)
        received = model.size if done else self._board.get(model.key).received
        status = ModelStatus(
            key=model.key, name=model.name, state=state, received=received, total=model.size, text=text
        )
        self._board.set(status)

    async def _download(self, model: CatalogueModel) -> Path:
        self._report(model, ModelState.DOWNLOADING)
        try:
            if self._client is not None:
                return await self._fetch(model, self._client)
            async with make_client(read_index_settings()) as client:
                return await self._fetch(model, client)
        except ChatAppError as error:
            self._report(model, ModelState.FAILED, text=error.message)
            raise
        except Exception:
            self._report(model, ModelState.FAILED, text="The download failed; the server's log says why. Try again.")
            raise

    async def _fetch(self, model: CatalogueModel, client: httpx.AsyncClient) -> Path:
        meter = _Meter(model, self._board)
        downloader = Downloader(self._folder, client=client, index=PackageIndex(read_index_settings(), client=client))
        path = await downloader.fetch(
            model, progress=meter.add, verifying=partial(self._report, model, ModelState.VERIFYING)
        )
        self._report(model, ModelState.READY)
        return path

    def _downloaded(self, key: str, task: asyncio.Task[Path]) -> None:
        del self._downloads[key]
        if not task.cancelled():
            # Read, so that a failure that nobody waited for is not reported as lost; its status has it.
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
            text = f"{model.name} could not be loaded ({error}). Free some memory, or choose a smaller model."
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


class _Meter:
    """Turns received bytes into statuses, a few per second."""

    def __init__(self, model: CatalogueModel, board: StatusBoard) -> None:
        self._model = model
        self._board = board
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, received: int) -> None:
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
