"""Checks an installation without starting it, and reports problems (`chat-app doctor`)."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from chat_app.agents.catalog.agents_file import load_agents
from chat_app.agents.catalog.discovery import discover
from chat_app.agents.models.embedded import CATALOGUE, DEFAULT_MODEL, EmbeddedModels, ModelState
from chat_app.agents.models.model_ids import ModelRules, is_scripted_allowed
from chat_app.agents.tools import TOOLS
from chat_app.db import migrate
from chat_app.db.engine import Database
from chat_app.domain.errors import ConfigError
from chat_app.private_files import is_open
from chat_app.services.secrets.key_file import KEY_FILE
from chat_app.services.secrets.vault import Vault
from chat_app.settings.application import Settings

FREE_BYTES_WANTED = 1_000_000_000
"""Free bytes needed for the download of the default model: twice its size, for the parts and the complete file."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check."""

    name: str
    good: bool
    text: str
    """What was found, and what to do if it is not good."""


async def examine(settings: Settings) -> list[Finding]:
    """Run all checks and return their results.

    Args:
        settings: The settings of the installation.
    """
    return [
        _python(),
        _folder(settings),
        await _database(settings),
        _agents(settings),
        _secret_key(settings),
        await _available_models(),
        await _embedded(settings),
    ]


def _python() -> Finding:
    version = ".".join(str(number) for number in sys.version_info[:3])
    return Finding(name="Python", good=True, text=version)


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.exists():
        return Finding(name="Data folder", good=True, text=f"{folder} (created at the first start)")
    if is_open(folder):
        return Finding(name="Data folder", good=False, text=f"{folder}: open to other users until the next start.")
    free = shutil.disk_usage(folder).free
    text = f"{folder}, {free / 1e9:.1f} GB free"
    if free < FREE_BYTES_WANTED:
        return Finding(name="Data folder", good=False, text=f"{text}: the download of the embedded model needs 1 GB.")
    return Finding(name="Data folder", good=True, text=text)


async def _database(settings: Settings) -> Finding:
    if settings.database_url is None and not (settings.data_dir / "chat.db").exists():
        return Finding(name="Database", good=True, text="none yet (created at the first start)")
    database = Database(settings.sqlalchemy_url, publish=lambda _: None)
    try:
        here, wanted = await migrate.revisions(database)
    finally:
        await database.close()
    if here == wanted:
        return Finding(name="Database", good=True, text=f"schema {here}, up to date")
    return Finding(name="Database", good=True, text=f"schema {here}; the next start upgrades it to {wanted}")


def _agents(settings: Settings) -> Finding:
    path = settings.agents_path
    if not path.exists():
        return Finding(name="Agents", good=True, text=f"{path} (created at the first start)")
    try:
        agents = load_agents(path, tools=TOOLS.keys(), rules=_rules())
    except ConfigError as error:
        return Finding(name="Agents", good=False, text=error.message)
    names = ", ".join(agent.key for agent in agents)
    return Finding(name="Agents", good=True, text=f"{path}: {names}")


def _secret_key(settings: Settings) -> Finding:
    name = "Secret key"
    try:
        vault = Vault(settings)
        return Finding(
            name=name, good=True, text=vault.source() or f"none yet ({KEY_FILE} is created when it is needed)"
        )
    except ConfigError as error:
        return Finding(name=name, good=False, text=error.message)


async def _available_models() -> Finding:
    available = await discover()
    parts = [f"{key.name} ({key.env_name})" for key in available.keys]
    parts += [f"{server.name} at {server.base_url}" for server in available.servers]
    return Finding(name="Available models", good=True, text=", ".join(parts) or "no API key and no model server found")


async def _embedded(settings: Settings) -> Finding:
    models = EmbeddedModels(settings.data_dir)
    try:
        status = models.status(DEFAULT_MODEL)
    finally:
        await models.close()
    megabytes = f"{status.total / 1e6:.0f} MB"
    texts: dict[ModelState, Callable[[], str]] = {
        ModelState.READY: lambda: f"{status.name}, {megabytes}, downloaded",
        ModelState.FAILED: lambda: status.text or f"{status.name} cannot be used",
    }
    text = texts.get(status.state, lambda: f"{status.name}, {megabytes}, is downloaded at first use")()
    return Finding(name="Embedded model", good=status.state != ModelState.FAILED, text=text)


def _rules() -> ModelRules:
    return ModelRules(local_models=CATALOGUE, allow_scripted=is_scripted_allowed())
