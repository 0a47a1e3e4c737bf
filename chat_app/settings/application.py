"""Typed settings: from the command line, else from `CHAT_APP_*` in the environment, else their defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chat_app.settings.limits import LimitSettings
from chat_app.settings.oidc import OidcSettings


class Settings(LimitSettings, OidcSettings):
    """Everything that an installation may set."""

    model_config = SettingsConfigDict(env_prefix="CHAT_APP_", frozen=True)

    data_dir: Path = Field(default_factory=lambda: user_data_path("chat-sessions"))
    """The folder that holds the database, the models and, unless told otherwise, the agents file."""
    agents_file: Path | None = None
    """The agents file; `agents.toml` in the data folder when unset."""
    database_url: str | None = None
    """SQLAlchemy URL of the database; SQLite in the data folder when unset."""
    redis_url: SecretStr | None = None
    """Where Redis is, e.g. `redis://localhost:6379/0`; with it, limits hold for all replicas together."""
    auth: Literal["none", "password", "oidc"] = "none"
    """How people sign in; without a login there is one local owner, and the program listens on this machine only."""
    secret_keys: SecretStr | None = None
    """What the workspaces' provider keys are sealed with: 32 bytes in base64. Of several, with commas between them, the
    first seals and all open. When unset, a file in the data folder that is made when it is first needed."""
    login_idle_days: int = Field(default=14, ge=1)
    """Days without use after which a login ends."""
    login_days: int = Field(default=90, ge=1)
    """Days after which a login ends, however much it is used."""
    link_hours: int = Field(default=24, ge=1)
    """Hours that a link for set-up or for a new password works."""
    page_size: int = Field(default=50, ge=1, le=200)
    """Messages or sessions in one page when nobody asks for another number."""
    max_page_size: int = Field(default=200, ge=1, le=1000)
    """Messages or sessions that one page may have."""
    events_kept: int = Field(default=2_000, ge=10)
    """Events kept per session; a reader further behind takes a snapshot."""
    audit_log_days: int = Field(default=365, ge=1, le=36_500)
    """Days for which the audit log of what happened is kept."""
    max_history_messages: int = Field(default=400, ge=2)
    """Earlier messages of a session that a turn reads; the oldest are left out first."""
    max_queued_turns: int = Field(default=20, ge=1)
    """Turns that may wait in one session."""
    checkpoint_seconds: float = Field(default=1.0, gt=0)
    """Seconds between two checkpoints of open text."""
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    """Seconds of silence after which an event stream sends a comment, so that proxies keep it open."""
    max_model_calls: int = Field(default=25, ge=1)
    """Model calls in one turn; beyond it the turn fails instead of running in circles."""
    model_retries: int = Field(default=4, ge=0)
    """How often a model call is tried again after a rate limit or a passing fault of its provider."""
    model_retry_seconds: float = Field(default=2.0, gt=0)
    """Seconds before the first of those tries; each further one waits twice as long."""

    turn_poll_seconds: float = Field(default=1.0, gt=0)
    """Seconds between two looks of the workflow engine at its own tables; turns do not wait for it."""

    @property
    def agents_path(self) -> Path:
        """Where the agents file is."""
        return self.agents_file or self.data_dir / "agents.toml"

    @property
    def dbos_url(self) -> str:
        """The URL of the workflow engine's database."""
        return f"sqlite:///{self.data_dir / 'turns.db'}"

    @property
    def sqlalchemy_url(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'chat.db'}"
