"""What all tests share: async tests on asyncio, real models out of reach, and a started application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pydantic_ai.models
import pytest

from chat_app.config import Settings
from chat_app.services.runtime import Runtime
from chat_app.services.startup import running
from tests.agents import write_agents

pydantic_ai.models.ALLOW_MODEL_REQUESTS = False
# Examples are the same on every run, and a busy machine is no failure.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis.settings.load_profile("suite")


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the application runs on."""
    return "asyncio"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an installation in an empty folder, whose agents play scripts."""
    monkeypatch.setenv("CHAT_APP_ALLOW_SCRIPTED", "1")
    write_agents(tmp_path)
    return Settings(data_dir=tmp_path, model_retry_seconds=0.01, checkpoint_seconds=0.05, turn_poll_seconds=0.02)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Runtime]:
    """The application's parts, running on a real database."""
    async with running(settings) as runtime:
        yield runtime
