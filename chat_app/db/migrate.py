"""Brings the database's schema to the version of this program, at start and from the command line."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from chat_app.db.engine import Database
from chat_app.project import find_project


async def upgrade(database: Database, *, revision: str = "head") -> None:
    """Bring the schema up to a revision."""
    await database.run_sync(lambda connection: command.upgrade(_config(connection), revision))


async def downgrade(database: Database, *, revision: str) -> None:
    """Take the schema back to a revision; `base` empties the database."""
    await database.run_sync(lambda connection: command.downgrade(_config(connection), revision))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(find_project() / "alembic").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def revisions(database: Database) -> tuple[str | None, str | None]:
    """Return the revision that the database has, and the one that this program wants."""
    here: list[str | None] = []

    def look(connection: Connection) -> None:
        here.append(MigrationContext.configure(connection).get_current_revision())

    await database.run_sync(look)
    wanted = ScriptDirectory(str(find_project() / "alembic")).get_current_head()
    return here[0], wanted
