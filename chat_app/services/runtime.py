"""The running application's parts, in one place for the use cases.

The composition root makes one `Runtime` and installs it; tests make their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chat_app.agents.catalog.registry import AgentRegistry
from chat_app.agents.models.embedded import EmbeddedModels
from chat_app.agents.run.background import BackgroundRunner
from chat_app.agents.run.live import LiveTurns
from chat_app.db.engine import Database
from chat_app.services.accounts.connections import ConnectionRegistry
from chat_app.services.events.hub import Hub
from chat_app.services.events.presence import PresenceTracker
from chat_app.services.limits.limiter import Limiter
from chat_app.services.secrets.vault import Vault
from chat_app.settings.application import Settings

if TYPE_CHECKING:
    # Loading the protocol takes a tenth of a second of a start, and few installations speak it.
    from chat_app.services.accounts.oidc.provider import Provider


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """Everything that a use case may need."""

    settings: Settings
    db: Database
    hub: Hub
    connections: ConnectionRegistry
    live: LiveTurns
    agents: AgentRegistry
    models: EmbeddedModels
    runner: BackgroundRunner
    limiter: Limiter
    people: PresenceTracker
    vault: Vault
    provider: Provider | None = None
    """Where people sign in, if they do so elsewhere."""


_current: Runtime | None = None


def install(runtime: Runtime | None) -> None:
    """Make this the runtime that `current` returns; None takes it away."""
    global _current  # noqa: PLW0603 - the one place that holds it
    _current = runtime


def current() -> Runtime:
    """Return the installed runtime."""
    if _current is None:
        raise RuntimeError("The application has not been started.")
    return _current


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)
