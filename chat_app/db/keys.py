"""Encrypted provider keys of workspaces: rows to values and back. Nothing here can decrypt them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import upsert_rows
from chat_app.db.tables import AccountRow, ProviderKeyRow


@dataclass(frozen=True, kw_only=True)
class SealedKey:
    """An encrypted key, and who stored it."""

    workspace_id: str
    name: str
    sealed: str
    stored_by: str | None
    stored_by_name: str | None
    stored_at: datetime


async def all_of(tx: Transaction, workspace_id: str) -> list[SealedKey]:
    """Return the keys of a workspace, by name."""
    return await _keys(tx, ProviderKeyRow.workspace_id == workspace_id)


async def all_keys(tx: Transaction) -> list[SealedKey]:
    """Return the keys of all workspaces."""
    return await _keys(tx)


async def _keys(tx: Transaction, *where: Any) -> list[SealedKey]:
    statement = (
        select(ProviderKeyRow, AccountRow.name)
        .outerjoin(AccountRow, col(AccountRow.id) == col(ProviderKeyRow.stored_by))
        .where(*where)
        .order_by(col(ProviderKeyRow.name))
    )
    return [
        SealedKey(
            workspace_id=row.workspace_id,
            name=row.name,
            sealed=row.sealed,
            stored_by=row.stored_by,
            stored_by_name=name,
            stored_at=row.stored_at,
        )
        for row, name in (await tx.session.exec(statement)).all()
    ]


async def sealed_of(tx: Transaction, workspace_id: str) -> Mapping[str, str]:
    """Return the encrypted values of a workspace's keys by their names."""
    statement = select(ProviderKeyRow.name, ProviderKeyRow.sealed).where(ProviderKeyRow.workspace_id == workspace_id)
    return dict((await tx.session.exec(statement)).all())


async def count(tx: Transaction, workspace_id: str) -> int:
    """Return the number of keys of a workspace."""
    statement = select(func.count()).select_from(ProviderKeyRow).where(ProviderKeyRow.workspace_id == workspace_id)
    return (await tx.session.exec(statement)).one()


async def exists(tx: Transaction, workspace_id: str, name: str) -> bool:
    """Whether a workspace has a key with a name."""
    return await tx.session.get(ProviderKeyRow, (workspace_id, name)) is not None


async def put(
    tx: Transaction, workspace_id: str, name: str, *, sealed: str, stored_by: str, stored_at: datetime
) -> None:
    """Store a key, or replace the one with the same name."""
    row = {
        "workspace_id": workspace_id,
        "name": name,
        "sealed": sealed,
        "stored_by": stored_by,
        "stored_at": stored_at,
    }
    await upsert_rows(tx, ProviderKeyRow, [row])
    await tx.erase()


async def update_sealed(tx: Transaction, workspace_id: str, name: str, *, sealed: str) -> None:
    """Replace the encrypted value of a key."""
    where = (col(ProviderKeyRow.workspace_id) == workspace_id, col(ProviderKeyRow.name) == name)
    await tx.session.exec(update(ProviderKeyRow).where(*where).values(sealed=sealed))


async def remove(tx: Transaction, workspace_id: str, name: str) -> None:
    """Delete a key."""
    where = (col(ProviderKeyRow.workspace_id) == workspace_id, col(ProviderKeyRow.name) == name)
    await tx.session.exec(delete(ProviderKeyRow).where(*where))
    await tx.erase()
