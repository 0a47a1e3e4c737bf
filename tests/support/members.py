"""Inserts further members into the database of an installation without a login."""

from __future__ import annotations

from datetime import UTC, datetime

from chat_app.db import accounts, members
from chat_app.domain.accounts import Account, Workspace
from chat_app.domain.actor import LOCAL_OWNER, Actor, Role
from chat_app.services.runtime import Runtime

AT = datetime(2026, 3, 1, tzinfo=UTC)


async def insert_member(
    app: Runtime, name: str, *, role: Role = Role.MEMBER, workspace_id: str = LOCAL_OWNER.workspace_id
) -> Actor:
    """Insert an account as a member of a workspace, create the workspace if it does not exist, and return the actor."""
    user_id, email = f"usr_{name.lower()}", f"{name.lower()}@example.com"
    async with app.db.write() as tx:
        if await members.get_workspace(tx, workspace_id) is None:
            await members.insert_workspace(tx, Workspace(id=workspace_id, name=workspace_id, created_at=AT))
        if await accounts.get(tx, user_id) is None:
            account = Account(id=user_id, name=name, email=email, created_at=AT)
            await accounts.insert(tx, account, password_hash=None)
        await members.insert(tx, workspace_id, user_id, role=role, at=AT)
    return Actor(user_id=user_id, workspace_id=workspace_id, role=role, name=name, email=email)
