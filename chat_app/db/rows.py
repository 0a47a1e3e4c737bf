"""Stores rows with one statement for any number of them, without creating ORM objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from chat_app.db.engine import Transaction


async def insert_rows(tx: Transaction, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new rows.

    Args:
        tx: The transaction.
        model: The table.
        rows: Values by column; all rows have the same columns.
    """
    if rows:
        connection = await tx.session.connection()
        await connection.execute(_table(model).insert(), [dict(row) for row in rows])


async def insert_returning(
    tx: Transaction, model: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, key: str
) -> list[Any]:
    """Store new rows and return the generated values of a column, in the order of the rows.

    Args:
        tx: The transaction.
        model: The table.
        rows: Values by column; all rows have the same columns.
        key: The column with generated values.
    """
    table = _table(model)
    connection = await tx.session.connection()
    statement = table.insert().returning(table.c[key], sort_by_parameter_order=True)
    return list((await connection.execute(statement, [dict(row) for row in rows])).scalars())


async def upsert_rows(tx: Transaction, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows; a row replaces an existing one with the same primary key.

    Args:
        tx: The transaction.
        model: The table.
        rows: Values by column; all rows have the same columns.
    """
    if not rows:
        return
    table = _table(model)
    connection = await tx.session.connection()
    # SQLAlchemy has no common construct for this.
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    keys = [column.name for column in table.primary_key]
    statement = dialect.insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed), [dict(row) for row in rows]
    )


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
