"""What a person does with a workspace and its members: invite, change roles, remove, leave."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import MAX_INVITATION_DAYS, Account, Link, LinkPurpose, Member, Workspace, check_name
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.one_time_links import make_link
from chat_app.services.accounts.passwords import check_passwords_used
from chat_app.services.runtime import current, now
from chat_app.services.sessions import participants

_LAST_OWNER = "A workspace needs an owner. Make somebody else an owner first."


async def get_account(user_id: str) -> Account:
    """Return the account of somebody who has just signed in."""
    async with current().db.read() as tx:
        account = await accounts.get(tx, user_id)
    assert account is not None, "a login's account is there"
    return account


async def list_members(actor: Actor) -> list[Member]:
    """Return the members of the actor's workspace, by name."""
    async with current().db.read() as tx:
        return await members.all_of(tx, actor.workspace_id)


async def change_role(actor: Actor, user_id: str, *, role: Role) -> None:
    """Give a member another role; what is open for them starts anew with it.

    Raises:
        Forbidden: The actor does not manage members, or not this one, or not with this role.
        NotFound: There is no such member.
        Conflict: They are the last owner.
    """
    runtime = current()
    async with runtime.db.write() as tx:
        member = await _managed(tx, actor, user_id)
        if role == Role.OWNER and actor.role != Role.OWNER:
            raise Forbidden("Only an owner makes somebody an owner.")
        if member.role == role:
            return
        await _check_not_last_owner(tx, member)
        await members.change_role(tx, actor.workspace_id, user_id, role=role)
        await audit.record(
            tx,
            actor,
            AuditType.ROLE_CHANGED,
            subject=member.account.email or user_id,
            before=member.role.value,
            role=role.value,
        )
    _start_anew(actor.workspace_id, user_id)


async def remove_member(actor: Actor, user_id: str) -> None:
    """Take a member out of the workspace, or leave it oneself.

    What they said stays, and so do the sessions that they made. Their tokens for the workspace end.

    Raises:
        Forbidden: The actor does not manage members, or not this one.
        NotFound: There is no such member.
        Conflict: They are the last owner.
    """
    async with current().db.write() as tx:
        if user_id == actor.user_id:
            access.check_may_manage_own_account(actor)
            member = await _member(tx, actor, user_id)
        else:
            member = await _managed(tx, actor, user_id)
        await _check_not_last_owner(tx, member)
        await participants.leave_all(tx, actor.workspace_id, member.account)
        await members.remove(tx, actor.workspace_id, user_id)
        left = await members.memberships(tx, user_id)
        instead = left[0].workspace.id if left else None
        await logins.leave(tx, user_id, workspace_id=actor.workspace_id, instead=instead)
        await audit.record(tx, actor, AuditType.MEMBER_REMOVED, subject=member.account.email or user_id)
    _start_anew(actor.workspace_id, user_id)


async def invite(actor: Actor, *, role: Role, days: int = 7) -> tuple[Link, str]:
    """Make a link by which somebody joins the workspace; return it and its secret, which is not kept.

    Args:
        actor: Who invites.
        role: What who joins may do.
        days: How long the link works, 1 to `MAX_INVITATION_DAYS`.

    Raises:
        Forbidden: The actor does not manage members, or not with this role.
        Invalid: The days are out of range.
    """
    access.check_may_manage_workspace(actor)
    if role == Role.OWNER and actor.role != Role.OWNER:
        raise Forbidden("Only an owner invites an owner.")
    if not 1 <= days <= MAX_INVITATION_DAYS:
        raise Invalid(f"An invitation works 1 to {MAX_INVITATION_DAYS} days.", code="invalid_days")
    async with current().db.write() as tx:
        link, secret = await make_link(
            tx,
            purpose=LinkPurpose.INVITE,
            workspace_id=actor.workspace_id,
            lasts=timedelta(days=days),
            role=role,
            created_by=actor.user_id,
        )
        await audit.record(tx, actor, AuditType.INVITATION_CREATED, subject=link.id, role=role.value, days=days)
    return link, secret


async def list_invitations(actor: Actor) -> list[Link]:
    """Return the invitations that nobody has used yet, newest first.

    Raises:
        Forbidden: The actor does not manage members.
    """
    access.check_may_manage_workspace(actor)
    async with current().db.read() as tx:
        return await links.all_of(tx, actor.workspace_id, purpose=LinkPurpose.INVITE, at=now())


async def revoke_invitation(actor: Actor, link_id: str) -> None:
    """Take an invitation back.

    Raises:
        Forbidden: The actor does not manage members.
        NotFound: There is no such invitation.
    """
    access.check_may_manage_workspace(actor)
    async with current().db.write() as tx:
        link = await links.get(tx, link_id)
        if link is None or link.workspace_id != actor.workspace_id or link.purpose != LinkPurpose.INVITE:
            raise NotFound("There is no such invitation.", code="invitation_not_found")
        await links.remove(tx, link_id)
        await audit.record(tx, actor, AuditType.INVITATION_REVOKED, subject=link_id)


async def make_reset_link(actor: Actor, user_id: str) -> tuple[Link, str]:
    """Make a link by which a member chooses a new password; return it and its secret.

    Who has the link can sign in as the member, in all their workspaces: so only an owner makes one, and only for
    somebody who belongs to this workspace alone.

    Raises:
        Forbidden: The actor is no owner, or the member belongs to other workspaces too.
        NotFound: There is no such member.
    """
    runtime = current()
    access.check_may_manage_workspace(actor)
    if actor.role != Role.OWNER:
        raise Forbidden("Only an owner makes a link for a new password.")
    async with runtime.db.write() as tx:
        member = await _member(tx, actor, user_id)
        if len(await members.memberships(tx, user_id)) > 1:
            raise Forbidden(
                "They belong to other workspaces too. Whoever runs this server can make the link: chat-app users reset."
            )
        return await _new_reset_link(tx, member.workspace_id, user_id, created_by=actor.user_id)


async def _new_reset_link(
    tx: Transaction, workspace_id: str, user_id: str, *, created_by: str | None
) -> tuple[Link, str]:
    check_passwords_used()
    await links.remove_all(tx, purpose=LinkPurpose.RESET, user_id=user_id)
    lasts = timedelta(hours=current().settings.link_hours)
    return await make_link(
        tx,
        purpose=LinkPurpose.RESET,
        workspace_id=workspace_id,
        lasts=lasts,
        user_id=user_id,
        created_by=created_by,
    )


async def create_workspace(actor: Actor, *, name: str) -> Workspace:
    """Make a workspace of which the actor is the owner.

    Raises:
        Forbidden: The actor came in by a token that may not.
        Invalid: The name breaks a rule.
    """
    access.check_may_manage_own_account(actor)
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
    access.check_may_manage_workspace(actor)
    name = check_name(name)
    async with current().db.write() as tx:
        await members.change_workspace(tx, actor.workspace_id, name=name)
        await audit.record(tx, actor, AuditType.WORKSPACE_RENAMED, subject=name)


async def _member(tx: Transaction, actor: Actor, user_id: str) -> Member:
    member = await members.get(tx, actor.workspace_id, user_id)
    if member is None:
        raise NotFound("There is no such member.", code="member_not_found")
    return member


async def _managed(tx: Transaction, actor: Actor, user_id: str) -> Member:
    access.check_may_manage_workspace(actor)
    member = await _member(tx, actor, user_id)
    if member.role == Role.OWNER and actor.role != Role.OWNER:
        raise Forbidden("Only an owner changes what an owner may do.")
    return member


async def _check_not_last_owner(tx: Transaction, member: Member) -> None:
    if member.role == Role.OWNER and await members.count_owners(tx, member.workspace_id) == 1:
        raise Conflict(_LAST_OWNER, code="last_owner")


def _start_anew(workspace_id: str, user_id: str) -> None:
    current().connections.end(lambda each: (each.workspace_id, each.user_id) == (workspace_id, user_id))
