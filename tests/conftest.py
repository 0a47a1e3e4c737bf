"""Fixtures of all tests: the event loop, settings with scripted agents, and a running application."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pydantic_ai.models
import pytest

from chat_app.services.runtime import Runtime
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.agents import write_agents

pydantic_ai.models.ALLOW_MODEL_REQUESTS = False
# Examples are the same on every run, and have no time limit on a busy machine.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
# Searches for new examples: `HYPOTHESIS_PROFILE=long pytest FILE`.
hypothesis.settings.register_profile("long", deadline=None, max_examples=20_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture
def anyio_backend() -> str:
    """The backend of anyio that the application uses."""
    return "asyncio"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The databases of an installation that was started once: creating the tables takes as long as the rest of a start.

    The migrations of an empty database are tested in test_migrations.
    """
    folder = tmp_path_factory.mktemp("databases")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAT_APP_ALLOW_SCRIPTED", "1")
        write_agents(folder)
        asyncio.run(_start_once(Settings(data_dir=folder)))
    return tuple(folder.glob("*.db"))


async def _start_once(settings: Settings) -> None:
    async with running(settings) as app:
        await app.runner.loaded()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, databases: tuple[Path, ...]) -> Settings:
    """Settings of an installation without sessions and with scripted agents."""
    monkeypatch.setenv("CHAT_APP_ALLOW_SCRIPTED", "1")
    write_agents(tmp_path)
    for database in databases:
        shutil.copy(database, tmp_path)
    return Settings(data_dir=tmp_path, model_retry_seconds=0.01, checkpoint_seconds=0.05, turn_poll_seconds=0.02)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Runtime]:
    """The running application on a real database."""
    async with running(settings) as runtime:
        yield runtime
