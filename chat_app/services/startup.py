"""Starts the parts of the application, and stops them in reverse order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from chat_app.agents.catalog.registry import AgentRegistry
from chat_app.agents.models.embedded import CATALOGUE, EmbeddedModels
from chat_app.agents.run.background import BackgroundRunner
from chat_app.agents.run.live import LiveTurns
from chat_app.db.engine import Database
from chat_app.db.migrate import upgrade
from chat_app.db.sqlite import ErasingConnection, database_files
from chat_app.private_files import DATA_FILES, protect_file, protect_folder, restrict_new_files
from chat_app.services import audit, runtime
from chat_app.services.accounts.connections import ConnectionRegistry
from chat_app.services.accounts.logins import SWEEP_SECONDS, sweep_logins
from chat_app.services.accounts.passwords import Passwords
from chat_app.services.erasure import erase_when_deleted, forget_missing_turns
from chat_app.services.events.hub import Hub
from chat_app.services.events.presence import PresenceTracker
from chat_app.services.limits.bucket_stores import open_bucket_stores
from chat_app.services.limits.limiter import Limiter
from chat_app.services.limits.reports import REPORT_SECONDS, record_all_reached_limits, record_reached_limits
from chat_app.services.periodic import run_in_background, run_periodically
from chat_app.services.runtime import Runtime
from chat_app.services.secrets import provider_keys
from chat_app.services.secrets.vault import Vault
from chat_app.services.sessions.deletions import PRUNE_SECONDS, prune_deletions
from chat_app.services.turns.checkpoints import checkpoint
from chat_app.services.turns.recorder import DatabaseTurnRecorder
from chat_app.services.turns.restart import claim_unfinished
from chat_app.settings.application import Settings

if TYPE_CHECKING:
    from chat_app.agents.run.runner import TurnRunner
    from chat_app.services.accounts.oidc.provider import Provider


@asynccontextmanager
async def running(settings: Settings, *, on_failure: Callable[[], None] = lambda: None) -> AsyncGenerator[Runtime]:
    """Run the parts of the application for the duration of a block.

    Args:
        settings: The settings of the installation. Its data folder is created if it does not exist, and
            made private if it does.
        on_failure: Called if a part that is loaded in the background fails to start; the end of the block raises the
            error.

    Raises:
        ConfigError: The data folder belongs to another user, or the agents file or a setting of single sign-on or of
            secrets is wrong.
    """
    vault = Vault(settings)
    restrict_new_files()
    protect_folder(settings.data_dir, patterns=DATA_FILES)
    for path in database_files(settings.sqlalchemy_url):
        protect_file(path)
    async with AsyncExitStack() as stack:
        models = EmbeddedModels(settings.data_dir)
        stack.push_async_callback(models.close)
        agents = await stack.enter_async_context(AgentRegistry.watching(settings.agents_path, local_models=CATALOGUE))
        hub = Hub(heartbeat_seconds=settings.heartbeat_seconds)
        db = Database(settings.sqlalchemy_url, publish=hub.publish)
        stack.push_async_callback(db.close)
        await upgrade(db)
        live = LiveTurns(publish=hub.publish_live)

        async def start(turn_id: str) -> None:
            await runner.start(turn_id)

        recorder = DatabaseTurnRecorder(settings, db=db, live=live, vault=vault, start=start)
        runner = BackgroundRunner(
            lambda: _turn_runner(settings, recorder=recorder, live=live, models=models, agents=agents),
            on_failure=on_failure,
        )
        parts = Runtime(
            settings=settings,
            db=db,
            hub=hub,
            connections=ConnectionRegistry(),
            live=live,
            agents=agents,
            models=models,
            runner=runner,
            presence=PresenceTracker(hub.publish_live),
            vault=vault,
            limiter=Limiter(
                settings, db, store_factory=await stack.enter_async_context(open_bucket_stores(settings.redis_url))
            ),
            passwords=Passwords(settings),
            provider=_provider(settings),
        )
        runtime.install(parts)
        stack.callback(runtime.install, None)
        if parts.provider is not None:
            await _warn_about_missing_owner()
        await provider_keys.reseal_keys()
        runner.open(await claim_unfinished())
        stack.push_async_callback(runner.close)
        # A last checkpoint, before running turns are suspended by `runner.close`.
        stack.push_async_callback(checkpoint)
        await stack.enter_async_context(run_periodically(checkpoint, seconds=settings.checkpoint_seconds))
        if settings.auth != "none":
            await stack.enter_async_context(run_periodically(sweep_logins, seconds=SWEEP_SECONDS))
            stack.push_async_callback(record_all_reached_limits)
            await stack.enter_async_context(run_periodically(record_reached_limits, seconds=REPORT_SECONDS))
        await stack.enter_async_context(run_periodically(audit.prune, seconds=audit.PRUNE_SECONDS))
        await stack.enter_async_context(run_periodically(prune_deletions, seconds=PRUNE_SECONDS))
        await stack.enter_async_context(run_in_background(erase_when_deleted))
        yield parts


def _provider(settings: Settings) -> Provider | None:
    if settings.auth != "oidc":
        return None
    from chat_app.services.accounts.oidc.provider import Provider  # noqa: PLC0415 - see `services.runtime`

    return Provider(settings)


async def _warn_about_missing_owner() -> None:
    from chat_app.services.accounts.oidc.sign_in import warn_about_missing_owner  # noqa: PLC0415 - see `services.runtime`

    await warn_about_missing_owner()


@asynccontextmanager
async def _turn_runner(
    settings: Settings,
    *,
    recorder: DatabaseTurnRecorder,
    live: LiveTurns,
    models: EmbeddedModels,
    agents: AgentRegistry,
) -> AsyncGenerator[TurnRunner]:
    """Load and launch the turn runner for the duration of a block."""
    for name in ("models.providers", "models.preload", "run.runner"):
        await _in_thread(import_module, f"chat_app.agents.{name}")
    from chat_app.agents.models.preload import preload  # noqa: PLC0415 - loaded in a thread by the lines above
    from chat_app.agents.models.providers import ModelProviders  # noqa: PLC0415
    from chat_app.agents.run.runner import RunnerConfig, TurnRunner  # noqa: PLC0415
    from chat_app.agents.run.streaming_model import RetryPolicy  # noqa: PLC0415
    from chat_app.agents.run.turn_execution import ExecutionSettings  # noqa: PLC0415

    async with ModelProviders(local=models.model) as providers:
        config = RunnerConfig(
            system_database_url=settings.dbos_url,
            connection=ErasingConnection,
            poll_seconds=settings.turn_poll_seconds,
            execution=ExecutionSettings(
                build_model=providers.build,
                retry=RetryPolicy(max_retries=settings.model_retries, first_wait_seconds=settings.model_retry_seconds),
                max_model_calls=settings.max_model_calls,
            ),
        )
        runner = TurnRunner(config, recorder=recorder, live=live)
        runner.launch()
        preloading = asyncio.create_task(_in_thread(preload, [agent.model for agent in agents.list()]))
        try:
            async with run_in_background(partial(forget_missing_turns, runner)):
                yield runner
        finally:
            preloading.cancel()
            await runner.close()


async def _in_thread(function: Callable[..., Any], *arguments: Any) -> None:
    """Run a function in a thread; cancellation does not wait for it."""
    # Not asyncio's own executor, which the workflow engine replaces and then shuts down with itself.
    await anyio.to_thread.run_sync(function, *arguments, abandon_on_cancel=True)
