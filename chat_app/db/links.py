"""One-time links for set-up, invitations and password resets: rows to values and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import LinkRow
from chat_app.domain.accounts import Link, LinkPurpose
from chat_app.domain.actor import Role


async def insert(tx: Transaction, link: Link, *, token_hash: str) -> None:
    """Store a new link."""
    await insert_rows(tx, LinkRow, [{**link.model_dump(), "token_hash": token_hash}])


async def find(tx: Transaction, token_hash: str, *, at: datetime) -> Link | None:
    """Return the link with a secret, or None if there is none or it has expired."""
    statement = select(LinkRow).where(LinkRow.token_hash == token_hash, col(LinkRow.expires_at) > at)
    row = (await tx.session.exec(statement)).first()
    return None if row is None else _link(row)


async def get(tx: Transaction, link_id: str) -> Link | None:
    """Return the link, or None."""
    row = await tx.session.get(LinkRow, link_id)
    return None if row is None else _link(row)


async def all_of(tx: Transaction, workspace_id: str, *, purpose: LinkPurpose, at: datetime) -> list[Link]:
    """Return the unexpired links of a workspace, newest first."""
    statement = (
        select(LinkRow)
        .where(LinkRow.workspace_id == workspace_id, LinkRow.purpose == purpose, col(LinkRow.expires_at) > at)
        .order_by(col(LinkRow.created_at).desc())
    )
    return [_link(row) for row in await tx.session.exec(statement)]


async def count(tx: Transaction, workspace_id: str, *, purpose: LinkPurpose, at: datetime) -> int:
    """Return the number of unexpired links of a workspace."""
    where = (LinkRow.workspace_id == workspace_id, LinkRow.purpose == purpose, col(LinkRow.expires_at) > at)
    return (await tx.session.exec(select(func.count()).select_from(LinkRow).where(*where))).one()


async def made_by(tx: Transaction, workspace_id: str, user_id: str) -> list[Link]:
    """Return the links that a member of a workspace has made for it."""
    statement = select(LinkRow).where(LinkRow.workspace_id == workspace_id, LinkRow.created_by == user_id)
    return [_link(row) for row in await tx.session.exec(statement)]


async def remove(tx: Transaction, link_id: str) -> None:
    """Delete a link."""
    await tx.session.exec(delete(LinkRow).where(col(LinkRow.id) == link_id))


async def remove_all(tx: Transaction, *, purpose: LinkPurpose, user_id: str | None = None) -> None:
    """Delete all links with a purpose, or only those of one account."""
    where = [col(LinkRow.purpose) == purpose]
    if user_id is not None:
        where.append(col(LinkRow.user_id) == user_id)
    await tx.session.exec(delete(LinkRow).where(*where))


async def remove_resets_by_members(tx: Transaction, user_id: str) -> None:
    """Delete the reset links of an account that members have made, and not those of the command line."""
    where = (
        col(LinkRow.purpose) == LinkPurpose.RESET,
        col(LinkRow.user_id) == user_id,
        col(LinkRow.created_by).is_not(None),
    )
    await tx.session.exec(delete(LinkRow).where(*where))


async def remove_expired(tx: Transaction, *, at: datetime) -> None:
    """Delete expired links."""
    await tx.session.exec(delete(LinkRow).where(col(LinkRow.expires_at) <= at))


def _link(row: LinkRow) -> Link:
    return Link(
        id=row.id,
        purpose=LinkPurpose(row.purpose),
        workspace_id=row.workspace_id,
        role=None if row.role is None else Role(row.role),
        user_id=row.user_id,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
