"""Workspaces: create, rename, list and enter them."""

from __future__ import annotations

from chat_app.db import logins, members
from chat_app.domain.accounts import (
    Membership,
    Workspace,
    check_name,
)
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.logins import acts_by_login
from chat_app.services.runtime import current, now


async def create_workspace(actor: Actor, *, name: str) -> Workspace:
    """Make a workspace of which the actor is the owner.

    Raises:
        Forbidden: The actor came in by a token that may not.
        Invalid: The name breaks a rule.
    """
    access.check_person(actor)
    workspace = Workspace(id=new_id("wsp"), name=check_name(name), created_at=now())
    async with current().db.write() as tx:
        await members.insert_workspace(tx, workspace)
        await members.insert(tx, workspace.id, actor.user_id, role=Role.OWNER, at=workspace.created_at)
        await audit.record(tx, actor, AuditType.WORKSPACE_CREATED, subject=workspace.name, workspace_id=workspace.id)
    return workspace


async def get_workspace(actor: Actor) -> Workspace:
    """Return the workspace in which the actor acts."""
    async with current().db.read() as tx:
        workspace = await members.get_workspace(tx, actor.workspace_id)
    assert workspace is not None, "a member's workspace is there"
    return workspace


async def rename_workspace(actor: Actor, *, name: str) -> None:
    """Give the workspace another name.

    Raises:
        Forbidden: The actor does not manage the workspace.
        Invalid: The name breaks a rule.
    """
    access.check_manages(actor)
    name = check_name(name)
    async with current().db.write() as tx:
        await members.change_workspace(tx, actor.workspace_id, name=name)
        await audit.record(tx, actor, AuditType.WORKSPACE_RENAMED, subject=name)


async def list_workspaces(actor: Actor) -> list[Membership]:
    """Return the workspaces that the actor belongs to."""
    async with current().db.read() as tx:
        return await members.memberships(tx, actor.user_id)


async def enter_workspace(actor: Actor, workspace_id: str) -> None:
    """Act in another workspace from now on, in this browser; its tabs start anew.

    Raises:
        NotFound: There is no such workspace for the actor.
        Forbidden: The actor did not come in by a login.
    """
    runtime = current()
    if actor.login_id is None or not acts_by_login(actor):
        raise Forbidden("Only a person at the page changes the workspace; a token belongs to one.")
    async with runtime.db.write() as tx:
        if await members.get(tx, workspace_id, actor.user_id) is None:
            raise NotFound("There is no such workspace.", code="workspace_not_found")
        await logins.enter(tx, actor.login_id, workspace_id=workspace_id)
    runtime.entrances.end(lambda each: each.login_id == actor.login_id)
