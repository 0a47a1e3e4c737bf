"""Workspaces and their members."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from chat_app.db.accounts import to_account
from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import AccountRow, MemberRow, WorkspaceRow
from chat_app.domain.accounts import Member, Membership, Workspace
from chat_app.domain.actor import Role


async def insert_workspace(tx: Transaction, workspace: Workspace) -> None:
    """Store a new workspace."""
    await insert_rows(tx, WorkspaceRow, [workspace.model_dump()])


async def get_workspace(tx: Transaction, workspace_id: str) -> Workspace | None:
    """Return the workspace, or None."""
    row = await tx.session.get(WorkspaceRow, workspace_id)
    return None if row is None else _workspace(row)


async def change_workspace(tx: Transaction, workspace_id: str, **values: Any) -> None:
    """Set columns of a workspace."""
    await tx.session.exec(update(WorkspaceRow).where(col(WorkspaceRow.id) == workspace_id).values(**values))


async def insert(tx: Transaction, workspace_id: str, user_id: str, *, role: Role, at: datetime) -> None:
    """Make an account a member."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "role": role, "joined_at": at}
    await insert_rows(tx, MemberRow, [row])


async def get(tx: Transaction, workspace_id: str, user_id: str) -> Member | None:
    """Return the member, or None."""
    found = await _members(tx, MemberRow.workspace_id == workspace_id, MemberRow.user_id == user_id)
    return found[0] if found else None


async def all_of(tx: Transaction, workspace_id: str) -> list[Member]:
    """Return a workspace's members, by name."""
    return await _members(tx, MemberRow.workspace_id == workspace_id)


async def change_role(tx: Transaction, workspace_id: str, user_id: str, *, role: Role) -> None:
    """Give a member another role."""
    where = (col(MemberRow.workspace_id) == workspace_id, col(MemberRow.user_id) == user_id)
    await tx.session.exec(update(MemberRow).where(*where).values(role=role))


async def remove(tx: Transaction, workspace_id: str, user_id: str) -> None:
    """Take a member out of a workspace."""
    where = (col(MemberRow.workspace_id) == workspace_id, col(MemberRow.user_id) == user_id)
    await tx.session.exec(delete(MemberRow).where(*where))


async def count_owners(tx: Transaction, workspace_id: str) -> int:
    """Return how many owners a workspace has."""
    where = (MemberRow.workspace_id == workspace_id, MemberRow.role == Role.OWNER)
    return (await tx.session.exec(select(func.count()).select_from(MemberRow).where(*where))).one()


async def memberships(tx: Transaction, user_id: str) -> list[Membership]:
    """Return the workspaces of an account, by the time that it joined them."""
    statement = (
        select(WorkspaceRow, MemberRow.role)
        .join(MemberRow, col(MemberRow.workspace_id) == col(WorkspaceRow.id))
        .where(MemberRow.user_id == user_id)
        .order_by(col(MemberRow.joined_at), col(WorkspaceRow.id))
    )
    rows = (await tx.session.exec(statement)).all()
    return [Membership(workspace=_workspace(row), role=Role(role)) for row, role in rows]


async def _members(tx: Transaction, *where: Any) -> list[Member]:
    statement = (
        select(MemberRow, AccountRow)
        .join(AccountRow, col(AccountRow.id) == col(MemberRow.user_id))
        .where(*where)
        .order_by(func.lower(col(AccountRow.name)), col(AccountRow.id))
    )
    return [
        Member(
            workspace_id=member.workspace_id,
            account=to_account(account),
            role=Role(member.role),
            joined_at=member.joined_at,
        )
        for member, account in (await tx.session.exec(statement)).all()
    ]


def _workspace(row: WorkspaceRow) -> Workspace:
    return Workspace(id=row.id, name=row.name, created_at=row.created_at)
