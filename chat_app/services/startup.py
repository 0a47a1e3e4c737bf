"""Starts the application's parts in order, and stops them in the opposite one."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from chat_app.agents.catalog.registry import AgentRegistry
from chat_app.agents.models.embedded import CATALOGUE, EmbeddedModels
from chat_app.agents.models.providers import ModelProviders
from chat_app.agents.run.live import LiveTurns
from chat_app.agents.run.runner import RunnerConfig, TurnRunner
from chat_app.agents.run.streaming_model import RetryPolicy
from chat_app.db.engine import Database
from chat_app.db.migrate import upgrade
from chat_app.services import audit, runtime
from chat_app.services.accounts.connections import ConnectionRegistry
from chat_app.services.accounts.logins import SWEEP_SECONDS, sweep_logins
from chat_app.services.events.hub import Hub
from chat_app.services.events.presence import PresenceTracker
from chat_app.services.limits.bucket_stores import open_bucket_stores
from chat_app.services.limits.limiter import Limiter
from chat_app.services.periodic import run_periodically
from chat_app.services.runtime import Runtime
from chat_app.services.secrets import provider_keys
from chat_app.services.secrets.vault import Vault
from chat_app.services.turns.checkpoints import checkpoint
from chat_app.services.turns.commands import start_unfinished
from chat_app.services.turns.recorder import DatabaseTurnRecorder
from chat_app.settings.application import Settings

if TYPE_CHECKING:
    from chat_app.services.accounts.oidc.provider import Provider


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[Runtime]:
    """Run the application's parts around a block.

    Args:
        settings: The installation's settings; its data folder is made when it is not there.

    Raises:
        ConfigError: The agents file is wrong, or the settings of single sign-on or of secrets are.
    """
    vault = Vault(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        models = EmbeddedModels(settings.data_dir)
        stack.push_async_callback(models.close)
        agents = await stack.enter_async_context(AgentRegistry.watching(settings.agents_path, local_models=CATALOGUE))
        providers = await stack.enter_async_context(ModelProviders(local=models.model))
        hub = Hub(heartbeat_seconds=settings.heartbeat_seconds)
        db = Database(settings.sqlalchemy_url, publish=hub.publish)
        stack.push_async_callback(db.close)
        await upgrade(db)
        live = LiveTurns(publish=hub.publish_live)
        runner = _runner(settings, db=db, live=live, vault=vault, providers=providers)
        people = PresenceTracker(hub.publish_live)
        parts = Runtime(
            settings=settings,
            db=db,
            hub=hub,
            connections=ConnectionRegistry(),
            live=live,
            agents=agents,
            models=models,
            runner=runner,
            people=people,
            vault=vault,
            limiter=Limiter(
                settings, db, store_factory=await stack.enter_async_context(open_bucket_stores(settings.redis_url))
            ),
            provider=_provider(settings),
        )
        runtime.install(parts)
        stack.callback(runtime.install, None)
        if parts.provider is not None:
            await _say_who_may_be_first()
        await provider_keys.reseal_keys()
        runner.launch()
        stack.push_async_callback(runner.close)
        await start_unfinished()
        # What was seen of running answers is stored once more before their turns are parked.
        stack.push_async_callback(checkpoint)
        await stack.enter_async_context(run_periodically(checkpoint, seconds=settings.checkpoint_seconds))
        if settings.auth != "none":
            await stack.enter_async_context(run_periodically(sweep_logins, seconds=SWEEP_SECONDS))
        await stack.enter_async_context(run_periodically(audit.prune, seconds=audit.PRUNE_SECONDS))
        yield parts


def _provider(settings: Settings) -> Provider | None:
    if settings.auth != "oidc":
        return None
    from chat_app.services.accounts.oidc.provider import Provider  # noqa: PLC0415 - see `services.runtime`

    return Provider(settings)


async def _say_who_may_be_first() -> None:
    from chat_app.services.accounts.oidc.sign_in import warn_about_missing_owner  # noqa: PLC0415 - see `services.runtime`

    await warn_about_missing_owner()


def _runner(
    settings: Settings, *, db: Database, live: LiveTurns, vault: Vault, providers: ModelProviders
) -> TurnRunner:
    async def start(turn_id: str) -> None:
        await runner.start(turn_id)

    recorder = DatabaseTurnRecorder(settings, db=db, live=live, vault=vault, start=start)
    config = RunnerConfig(
        system_database_url=settings.dbos_url,
        poll_seconds=settings.turn_poll_seconds,
        build_model=providers.build,
        retry=RetryPolicy(most=settings.model_retries, first_wait=settings.model_retry_seconds),
        max_model_calls=settings.max_model_calls,
    )
    runner = TurnRunner(config, recorder=recorder, live=live)
    return runner
