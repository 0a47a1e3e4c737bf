"""Insert or replace, in one statement for any number of rows: each database spells it in its own dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from chat_app.db.engine import Transaction


async def upsert(tx: Transaction, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows; one whose primary key is there already replaces what is there.

    Args:
        tx: The transaction.
        model: The table.
        rows: Values by column; all rows have the same columns.
    """
    if not rows:
        return
    table = cast("Table", model.__table__)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    connection = await tx.session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed), [dict(row) for row in rows]
    )
