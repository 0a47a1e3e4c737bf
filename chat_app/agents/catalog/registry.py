"""Holds the agents of the agents file, and reloads them when the file changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Self

import anyio
from watchfiles import Change, awatch  # pyright: ignore[reportUnknownVariableType]

from chat_app.agents.catalog.agents_file import load_agents
from chat_app.agents.catalog.default_file import write_default_file
from chat_app.agents.catalog.discovery import discover
from chat_app.agents.models.model_ids import ModelRules, is_scripted_allowed
from chat_app.agents.tools import TOOLS
from chat_app.domain.agents import Agent
from chat_app.domain.errors import ConfigError

logger = logging.getLogger(__name__)

SETTLE_MILLISECONDS = 200
"""How long after the first change the file is read at the latest: editors write a file in several steps."""


class AgentRegistry:
    """The agents of a file.

    Args:
        path: The agents file.
        local_models: The names of the embedded models; names are not checked when it is None.

    Raises:
        ConfigError: The file can't be read, or something in it is wrong.
    """

    def __init__(self, path: Path, *, local_models: Collection[str] | None = None) -> None:
        self._path = path
        self._rules = ModelRules(local_models=local_models, allow_scripted=is_scripted_allowed())
        self._callbacks: list[Callable[[], None]] = []
        self._problem: str | None = None
        self._agents = self._load()

    @classmethod
    @asynccontextmanager
    async def watching(cls, path: Path, *, local_models: Collection[str] | None = None) -> AsyncGenerator[Self]:
        """Provide a registry that follows the file during a block; a missing file is written first.

        Args:
            path: The agents file.
            local_models: The names of the embedded models; names are not checked when it is None.

        Raises:
            ConfigError: The file can't be read, or something in it is wrong.
        """
        if not await anyio.Path(path).exists():
            write_default_file(path, await discover())
        registry = cls(path, local_models=local_models)
        watcher = asyncio.create_task(registry.watch())
        try:
            yield registry
        finally:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher

    @property
    def problem(self) -> str | None:
        """What is wrong with the file, or None; while it is wrong, the last valid agents stay in use."""
        return self._problem

    def list(self) -> Sequence[Agent]:
        """Return the agents in the order of the file."""
        return self._agents

    def find(self, key: str) -> Agent | None:
        """Return the agent with the key, or None."""
        return next((agent for agent in self._agents if agent.key == key), None)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call a function after each change of the agents or the problem; return a function that ends this."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    async def watch(self) -> None:
        """Reload the file whenever it changes, until cancelled."""
        changes = awatch(
            *self._folders(), watch_filter=self._is_relevant, debounce=SETTLE_MILLISECONDS, recursive=False
        )
        async with aclosing(changes):
            next_change = asyncio.ensure_future(anext(changes))
            # Watching begins with the generator's first step; what was saved before that is read below.
            await asyncio.sleep(0)
            while True:
                self.reload()
                await next_change
                next_change = asyncio.ensure_future(anext(changes))

    def reload(self) -> None:
        """Read the file and call the subscribers when something has changed."""
        before = (self._agents, self._problem)
        try:
            self._agents = self._load()
        except ConfigError as error:
            self._problem = error.message
            logger.warning("the agents file has a mistake; the last valid agents stay in use: %s", error.message)
        else:
            self._problem = None
        if (self._agents, self._problem) != before:
            for callback in tuple(self._callbacks):
                callback()

    def _load(self) -> tuple[Agent, ...]:
        return load_agents(self._path, tools=TOOLS.keys(), rules=self._rules)

    def _folders(self) -> set[Path]:
        # Folders, because editors replace a file by a new one. The file may also be a link into another folder.
        return {self._path.absolute().parent, self._path.resolve().parent}

    def _is_relevant(self, _change: Change, path: str) -> bool:
        # Kubernetes changes a mounted file by replacing the link `..data` beside it.
        return Path(path).name in (self._path.name, self._path.resolve().name, "..data")
