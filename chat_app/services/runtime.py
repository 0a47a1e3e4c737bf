"""The runtime: the parts of the running application that use cases need.

`services.startup` creates one and installs it.
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
    # Importing it takes 0.1 s, and few installations use single sign-on.
    from chat_app.services.accounts.oidc.provider import Provider

    # It needs the runtime itself.
    from chat_app.services.accounts.passwords import Passwords


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """The parts of the running application."""

    settings: Settings
    db: Database
    hub: Hub
    connections: ConnectionRegistry
    live: LiveTurns
    agents: AgentRegistry
    models: EmbeddedModels
    runner: BackgroundRunner
    limiter: Limiter
    passwords: Passwords
    presence: PresenceTracker
    vault: Vault
    provider: Provider | None = None
    """The identity provider; None without single sign-on."""


_current: Runtime | None = None


def install(runtime: Runtime | None) -> None:
    """Set the runtime that `current` returns; None removes it."""
    global _current  # noqa: PLW0603 - the only place that sets it
    _current = runtime


def current() -> Runtime:
    """Return the installed runtime.

    Raises:
        RuntimeError: The application has not been started.
    """
    if _current is None:
        raise RuntimeError("The application has not been started.")
    return _current


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)
