"""Migrates the database schema, at start and from the command line."""

from __future__ import annotations

from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from chat_app.db.engine import Database
from chat_app.project import find_project


async def upgrade(database: Database, *, revision: str = "head") -> None:
    """Migrate the schema up to a revision."""
    await database.run_sync(lambda connection: command.upgrade(_config(connection), revision))


async def downgrade(database: Database, *, revision: str) -> None:
    """Migrate the schema down to a revision; `base` removes all tables."""
    await database.run_sync(lambda connection: command.downgrade(_config(connection), revision))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(find_project() / "alembic").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


class Revisions(NamedTuple):
    """Revisions of the schema."""

    current: str | None
    """The revision of the database; None when it is empty."""
    expected: str | None
    """The revision that this version of the program needs."""


async def revisions(database: Database) -> Revisions:
    """Return the schema's current and expected revisions."""
    current: list[str | None] = []

    def read_current(connection: Connection) -> None:
        current.append(MigrationContext.configure(connection).get_current_revision())

    await database.run_sync(read_current)
    expected = ScriptDirectory(str(find_project() / "alembic")).get_current_head()
    return Revisions(current[0], expected)
