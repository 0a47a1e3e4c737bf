"""Audit log: adds entries, reads them and deletes old ones. Entries are never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import AuditEntryRow
from chat_app.domain.actor import Actor
from chat_app.domain.audit import AuditEntry, AuditFilter, AuditType, Fact


async def insert(
    tx: Transaction,
    workspace_id: str,
    actor: Actor | None,
    type_: AuditType,
    *,
    subject: str,
    data: dict[str, Fact],
    at: datetime,
) -> None:
    """Add an entry.

    Args:
        tx: The transaction of the change that the entry describes.
        workspace_id: Id of the workspace.
        actor: Who did it; None if that is not known.
        type_: What happened.
        subject: What it happened to.
        data: Further facts.
        at: When it happened.
    """
    row = {
        "workspace_id": workspace_id,
        "type": type_.value,
        "actor_id": actor.user_id if actor else None,
        "actor_name": actor.name if actor else "",
        "subject": subject,
        "data": data,
        "created_at": at,
    }
    await insert_rows(tx, AuditEntryRow, [row])


async def page(
    tx: Transaction, workspace_id: str, where: AuditFilter, *, before: int | None, limit: int
) -> list[AuditEntry]:
    """Return entries of a workspace, newest first.

    Args:
        tx: The transaction. A search by text reads a large part of the audit log.
        workspace_id: Id of the workspace.
        where: The filter.
        before: Only entries below this position.
        limit: Maximum number of entries.
    """
    statement = select(AuditEntryRow).where(AuditEntryRow.workspace_id == workspace_id)
    if len(where.types) == 1:
        # With equality the index of types also provides the order; IN with one value does not.
        statement = statement.where(AuditEntryRow.type == where.types[0])
    elif where.types:
        statement = statement.where(col(AuditEntryRow.type).in_(where.types))
    if where.actor_id is not None:
        statement = statement.where(AuditEntryRow.actor_id == where.actor_id)
    if where.since is not None:
        statement = statement.where(AuditEntryRow.created_at >= where.since)
    if where.until is not None:
        statement = statement.where(AuditEntryRow.created_at < where.until)
    if where.text:
        columns = (AuditEntryRow.subject, AuditEntryRow.actor_name, AuditEntryRow.type)
        statement = statement.where(or_(*(col(column).icontains(where.text, autoescape=True) for column in columns)))
    if before is not None:
        statement = statement.where(col(AuditEntryRow.position) < before)
    statement = statement.order_by(col(AuditEntryRow.position).desc()).limit(limit)
    return [_entry(row) for row in await tx.session.exec(statement)]


async def prune(tx: Transaction, *, before: datetime, max_rows: int) -> int:
    """Delete the oldest entries of all workspaces that are older than a time; return their number.

    Args:
        tx: The transaction.
        before: Entries from this time on are kept.
        max_rows: Maximum number of entries to delete; other transactions wait for the end of this one.
    """
    old = (
        select(AuditEntryRow.position)
        .where(AuditEntryRow.created_at < before)
        .order_by(col(AuditEntryRow.created_at))
        .limit(max_rows)
    )
    result = await tx.session.exec(delete(AuditEntryRow).where(col(AuditEntryRow.position).in_(old)))
    return result.rowcount


def _entry(row: AuditEntryRow) -> AuditEntry:
    assert row.position is not None, "a stored row has a position"
    return AuditEntry(
        position=row.position,
        workspace_id=row.workspace_id,
        type=row.type,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        subject=row.subject,
        data=row.data,
        created_at=row.created_at,
    )
