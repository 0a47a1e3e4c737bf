"""Members of a workspace: list them, add them, change their roles and remove them."""

from __future__ import annotations

from chat_app.db import links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, Member
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, Forbidden, NotFound
from chat_app.services import access, audit
from chat_app.services.accounts.names import check_name_free
from chat_app.services.accounts.one_time_links import remove_ungrantable_links
from chat_app.services.limits.creation_checks import take_change
from chat_app.services.runtime import current, now
from chat_app.services.sessions import participants
from chat_app.services.turns.asker import no_longer_member, only_reads
from chat_app.services.turns.lifecycle import end_all_of

_LAST_OWNER = "A workspace needs at least one owner. Make another member an owner first."


async def list_members(actor: Actor) -> list[Member]:
    """Return the members of the actor's workspace, by name."""
    async with current().db.read() as tx:
        return await members.all_of(tx, actor.workspace_id)


async def add_member(tx: Transaction, account: Account, workspace_id: str, *, role: Role) -> None:
    """Add a member to a workspace, and record it in the audit log.

    Reset links of the account end: whoever made them may not open the workspace that it joins now.

    Raises:
        Conflict: A member of the workspace has the same name.
    """
    await check_name_free(tx, account.name, workspace_id, user_id=account.id)
    await links.remove_resets_by_members(tx, account.id)
    await members.insert(tx, workspace_id, account.id, role=role, at=now())
    joined = Actor(user_id=account.id, workspace_id=workspace_id, role=role, name=account.name)
    await audit.record(tx, joined, AuditType.MEMBER_JOINED, subject=account.email or account.id, role=role.value)


async def change_role(actor: Actor, user_id: str, *, role: Role) -> None:
    """Change the role of a member. Their open connections end, so that the new role applies at once.

    Links that they made and may no longer grant are deleted. A viewer may not ask, so answers that are being written
    for a new viewer stop.

    Raises:
        Forbidden: The actor may not manage members, or not this one, or may not grant this role.
        NotFound: There is no such member.
        Conflict: The member is the last owner.
        TooMany: The actor has made too many changes.
    """
    access.check_may_manage_workspace(actor)
    await take_change(actor)
    async with current().db.write() as tx:
        member = await _require_manageable(tx, actor, user_id)
        if role == Role.OWNER and actor.role != Role.OWNER:
            raise Forbidden("Only an owner can make another member an owner.")
        if member.role == role:
            return
        await _check_not_last_owner(tx, member)
        await members.change_role(tx, actor.workspace_id, user_id, role=role)
        await remove_ungrantable_links(tx, actor, user_id, role=role)
        await audit.record(
            tx,
            actor,
            AuditType.ROLE_CHANGED,
            subject=member.account.email or user_id,
            before=member.role.value,
            role=role.value,
        )
        stopped = (
            await end_all_of(tx, actor.workspace_id, user_id, reason=only_reads(member.account.name))
            if role == Role.VIEWER
            else []
        )
    _end_connections(actor.workspace_id, user_id)
    for turn in stopped:
        await turn.finish()


async def remove_member(actor: Actor, user_id: str) -> None:
    """Remove a member from the workspace; members may remove themselves.

    Their messages and the sessions that they created remain. Their tokens for the workspace and the links that they
    made are deleted, answers that are being written for them stop, and their logins move to another of their
    workspaces or end.

    Raises:
        Forbidden: The actor may not manage members, or not this one.
        NotFound: There is no such member.
        Conflict: The member is the last owner.
    """
    async with current().db.write() as tx:
        if user_id == actor.user_id:
            access.check_may_manage_own_account(actor)
            member = await require_member(tx, actor, user_id)
        else:
            member = await _require_manageable(tx, actor, user_id)
        await _check_not_last_owner(tx, member)
        await participants.leave_all(tx, actor, member.account)
        await members.remove(tx, actor.workspace_id, user_id)
        await remove_ungrantable_links(tx, actor, user_id, role=None)
        await links.remove_resets_by_members(tx, user_id)
        remaining = await members.memberships(tx, user_id)
        move_to = remaining[0].workspace.id if remaining else None
        await logins.leave_workspace(tx, user_id, workspace_id=actor.workspace_id, move_to=move_to)
        await audit.record(tx, actor, AuditType.MEMBER_REMOVED, subject=member.account.email or user_id)
        reason = no_longer_member(member.account.name)
        stopped = await end_all_of(tx, actor.workspace_id, user_id, reason=reason)
    _end_connections(actor.workspace_id, user_id)
    for turn in stopped:
        await turn.finish()


async def require_member(tx: Transaction, actor: Actor, user_id: str) -> Member:
    """Return a member of the actor's workspace.

    Raises:
        NotFound: There is no such member.
    """
    member = await members.get(tx, actor.workspace_id, user_id)
    if member is None:
        raise NotFound("Member not found.", code="member_not_found")
    return member


async def _require_manageable(tx: Transaction, actor: Actor, user_id: str) -> Member:
    """Return a member whom the actor may change or remove."""
    access.check_may_manage_workspace(actor)
    member = await require_member(tx, actor, user_id)
    if member.role == Role.OWNER and actor.role != Role.OWNER:
        raise Forbidden("Only an owner can change or remove an owner.")
    return member


async def _check_not_last_owner(tx: Transaction, member: Member) -> None:
    if member.role == Role.OWNER and await members.count_owners(tx, member.workspace_id) == 1:
        raise Conflict(_LAST_OWNER, code="last_owner")


def _end_connections(workspace_id: str, user_id: str) -> None:
    current().connections.end(lambda actor: (actor.workspace_id, actor.user_id) == (workspace_id, user_id))
