"""Reads every row of the database, to show that something changed nothing."""

from __future__ import annotations

from sqlalchemy import text

from chat_app.db.tables import SQLModel
from chat_app.services.runtime import Runtime


async def whole_database(app: Runtime) -> dict[str, list[str]]:
    """Return every row of every table."""
    async with app.db.read() as tx:
        connection = await tx.session.connection()
        return {
            table.name: [repr(row) for row in (await connection.execute(text(f'SELECT * FROM "{table.name}"'))).all()]
            for table in SQLModel.metadata.sorted_tables
        }
