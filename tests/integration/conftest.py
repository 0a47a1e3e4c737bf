"""Fixtures of the integration tests: fast password hashing, and the weights of the small model, downloaded once.

The weights are stored in the folder `CHAT_APP_TEST_MODELS`, else in the user's cache.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from filelock import FileLock
from platformdirs import user_cache_path

from chat_app.agents.models.embedded import FALLBACK_MODEL, EmbeddedModels
from chat_app.agents.models.embedded.catalogue import CATALOGUE
from chat_app.agents.models.embedded.manager import MODELS_FOLDER
from chat_app.agents.models.embedded.verify import find_stamped
from chat_app.services.accounts import passwords


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use parameters that take a thousandth of the time; the real parameters have a test of their own."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: cheap)


@pytest.fixture(scope="session")
def weights_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the small model's weights."""
    folder = Path(os.environ.get("CHAT_APP_TEST_MODELS") or user_cache_path("chat-sessions") / MODELS_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    # The tests run in several processes, of which one downloads.
    with FileLock(folder / "tests.lock"):
        if find_stamped(folder, CATALOGUE[FALLBACK_MODEL]) is None:
            data_dir = tmp_path_factory.mktemp("fetching")
            (data_dir / MODELS_FOLDER).symlink_to(folder, target_is_directory=True)
            asyncio.run(_fetch(data_dir))
    return folder


async def _fetch(data_dir: Path) -> None:
    models = EmbeddedModels(data_dir)
    await models.ensure(FALLBACK_MODEL)
    await models.close()
