"""Upgrades the schema of the database to the version of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from chat_app.db.engine import Database
from chat_app.project import find_project

if TYPE_CHECKING:
    # Loading the migration library takes a tenth of a second, and at most starts there is nothing to migrate.
    from alembic.config import Config


async def upgrade(database: Database, *, revision: str = "head") -> None:
    """Upgrade the schema to a revision."""
    if revision == "head":
        current, newest = await revisions(database)
        if current == newest:
            return
    from alembic import command  # noqa: PLC0415 - see above

    await database.run_sync(lambda connection: command.upgrade(_config(connection), revision))


async def downgrade(database: Database, *, revision: str) -> None:
    """Downgrade the schema to a revision; `base` empties the database."""
    from alembic import command  # noqa: PLC0415 - see above

    await database.run_sync(lambda connection: command.downgrade(_config(connection), revision))


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(find_project() / "alembic").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def revisions(database: Database) -> tuple[str | None, str]:
    """Return the revision of the database, None for an empty one, and the newest revision."""
    stored: list[str | None] = []

    def read(connection: Connection) -> None:
        if inspect(connection).has_table("alembic_version"):
            stored.extend(connection.scalars(text("SELECT version_num FROM alembic_version")))

    await database.run_sync(read)
    return (stored[0] if stored else None), newest_revision()


def newest_revision() -> str:
    """Return the newest revision: the number with which the last migration's file begins."""
    newest = max(file.name for file in (find_project() / "alembic" / "versions").glob("[0-9]*.py"))
    return newest.partition("_")[0]
