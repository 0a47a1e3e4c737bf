"""Workspaces and their members: rows to values and back."""

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


async def update_workspace(tx: Transaction, workspace_id: str, **values: Any) -> None:
    """Set columns of a workspace."""
    await tx.session.exec(update(WorkspaceRow).where(col(WorkspaceRow.id) == workspace_id).values(**values))


async def insert(tx: Transaction, workspace_id: str, user_id: str, *, role: Role, at: datetime) -> None:
    """Add an account to a workspace."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "role": role, "joined_at": at}
    await insert_rows(tx, MemberRow, [row])


async def get(tx: Transaction, workspace_id: str, user_id: str) -> Member | None:
    """Return the member, or None."""
    members = await _members(tx, MemberRow.workspace_id == workspace_id, MemberRow.user_id == user_id)
    return members[0] if members else None


async def all_of(tx: Transaction, workspace_id: str) -> list[Member]:
    """Return the members of a workspace, by name."""
    return await _members(tx, MemberRow.workspace_id == workspace_id)


async def names(tx: Transaction, workspace_id: str) -> dict[str, str]:
    """Return the names of the members of a workspace by their ids."""
    statement = (
        select(AccountRow.id, AccountRow.name)
        .join(MemberRow, col(MemberRow.user_id) == col(AccountRow.id))
        .where(MemberRow.workspace_id == workspace_id)
    )
    return dict((await tx.session.exec(statement)).all())


async def change_role(tx: Transaction, workspace_id: str, user_id: str, *, role: Role) -> None:
    """Change the role of a member."""
    where = (col(MemberRow.workspace_id) == workspace_id, col(MemberRow.user_id) == user_id)
    await tx.session.exec(update(MemberRow).where(*where).values(role=role))


async def remove(tx: Transaction, workspace_id: str, user_id: str) -> None:
    """Remove a member from a workspace."""
    where = (col(MemberRow.workspace_id) == workspace_id, col(MemberRow.user_id) == user_id)
    await tx.session.exec(delete(MemberRow).where(*where))
    await tx.erase()


async def count_owners(tx: Transaction, workspace_id: str) -> int:
    """Return the number of owners of a workspace."""
    where = (MemberRow.workspace_id == workspace_id, MemberRow.role == Role.OWNER)
    return (await tx.session.exec(select(func.count()).select_from(MemberRow).where(*where))).one()


async def memberships(tx: Transaction, user_id: str) -> list[Membership]:
    """Return the workspaces of an account, in the order in which it joined them."""
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
