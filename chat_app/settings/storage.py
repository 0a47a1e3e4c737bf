"""Settings: where an installation stores its data."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class StorageSettings(BaseSettings):
    """Where an installation stores its data."""

    data_dir: Path = Field(default_factory=lambda: user_data_path("chat-sessions"))
    """Folder of the database, the models, the key file and, by default, the agents file."""
    agents_file: Path | None = None
    """Path of the agents file; `agents.toml` in the data folder by default."""
    database_url: str | None = None
    """SQLAlchemy URL of the database; a SQLite file in the data folder by default."""
    redis_url: SecretStr | None = None
    """URL of Redis, e.g. `redis://localhost:6379/0`, with which all replicas share their rate limits."""
    secret_keys: SecretStr | None = None
    """Keys that encrypt provider keys: 32 bytes in base64, several separated by commas. The first one encrypts, all of
    them decrypt. By default the key is in a file in the data folder, which is created when it is first needed."""

    erase_pause_seconds: float = Field(default=10.0, gt=0)
    """Seconds between two times that deleted text is removed from the database files: many deletions cost one."""
    erase_pause_factor: float = Field(default=20.0, ge=0)
    """How many times longer than the removal the pause after it is at least, because writers wait during a removal."""
    max_rewritten_bytes: int = Field(default=32_000_000, ge=0)
    """The largest database file that is rewritten after a deletion, for which writers wait half a second at this size.
    In a larger one deleted rows are overwritten, which leaves rare copies behind."""

    @property
    def agents_path(self) -> Path:
        """Path of the agents file."""
        return self.agents_file or self.data_dir / "agents.toml"

    @property
    def dbos_url(self) -> str:
        """URL of the workflow engine's database."""
        return f"sqlite:///{self.data_dir / 'turns.db'}"

    @property
    def sqlalchemy_url(self) -> str:
        """URL of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'chat.db'}"
