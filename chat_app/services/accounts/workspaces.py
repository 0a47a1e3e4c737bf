"""Workspaces: create, read, rename, list and enter them."""

from __future__ import annotations

from chat_app.db import links, logins, members
from chat_app.domain.accounts import Membership, Workspace, check_name
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.logins import end_login_connections, uses_browser_login
from chat_app.services.limits.creation_checks import check_workspaces, take_change, take_workspace
from chat_app.services.runtime import current, now


async def create_workspace(actor: Actor, *, name: str) -> Workspace:
    """Create a workspace with the actor as its owner. Reset links of their account end, as when they join one.

    Raises:
        Forbidden: The scope of the actor's token is too narrow.
        Invalid: The name breaks a rule.
        TooMany: The actor has created too many workspaces.
        Conflict: The actor owns too many workspaces.
    """
    access.check_may_manage_own_account(actor)
    workspace = Workspace(id=new_id("wsp"), name=check_name(name), created_at=now())
    await take_workspace(actor)
    async with current().db.write() as tx:
        await check_workspaces(tx, actor)
        await links.remove_resets_by_members(tx, actor.user_id)
        await members.insert_workspace(tx, workspace)
        await members.insert(tx, workspace.id, actor.user_id, role=Role.OWNER, at=workspace.created_at)
        await audit.record(tx, actor, AuditType.WORKSPACE_CREATED, subject=workspace.name, workspace_id=workspace.id)
    return workspace


async def get_workspace(actor: Actor) -> Workspace:
    """Return the workspace that the actor is in."""
    async with current().db.read() as tx:
        workspace = await members.get_workspace(tx, actor.workspace_id)
    assert workspace is not None, "an actor is a member of an existing workspace"
    return workspace


async def rename_workspace(actor: Actor, *, name: str) -> None:
    """Change the name of the workspace that the actor is in.

    Raises:
        Forbidden: The actor may not manage the workspace.
        Invalid: The name breaks a rule.
        TooMany: The actor has made too many changes.
    """
    access.check_may_manage_workspace(actor)
    name = check_name(name)
    await take_change(actor)
    async with current().db.write() as tx:
        await members.update_workspace(tx, actor.workspace_id, name=name)
        await audit.record(tx, actor, AuditType.WORKSPACE_RENAMED, subject=name)


async def list_workspaces(actor: Actor) -> list[Membership]:
    """Return the workspaces that the actor is a member of, in the order in which they joined."""
    async with current().db.read() as tx:
        return await members.memberships(tx, actor.user_id)


async def enter_workspace(actor: Actor, workspace_id: str) -> None:
    """Switch the actor's login to another workspace. Its open connections end, so that its tabs reload.

    Raises:
        NotFound: The actor is not a member of such a workspace.
        Forbidden: The actor uses a token, which belongs to one workspace.
    """
    if actor.login_id is None or not uses_browser_login(actor):
        raise Forbidden("An API token belongs to one workspace. Switch workspaces in the browser.")
    async with current().db.write() as tx:
        if await members.get(tx, workspace_id, actor.user_id) is None:
            raise NotFound("Workspace not found.", code="workspace_not_found")
        await logins.set_workspace(tx, actor.login_id, workspace_id=workspace_id)
    end_login_connections(actor.login_id)
