"""What a person does with a workspace and its members: invite, change roles, remove, leave."""

from __future__ import annotations

from chat_app.db import logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, Member
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, Forbidden, NotFound
from chat_app.services import access, audit
from chat_app.services.runtime import current, now
from chat_app.services.sessions import participants

_LAST_OWNER = "A workspace needs an owner. Make somebody else an owner first."


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
            access.check_person(actor)
            member = await require_member(tx, actor, user_id)
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


async def require_member(tx: Transaction, actor: Actor, user_id: str) -> Member:
    """Return a member of the actor's workspace.

    Raises:
        NotFound: There is no such member.
    """
    member = await members.get(tx, actor.workspace_id, user_id)
    if member is None:
        raise NotFound("There is no such member.", code="member_not_found")
    return member


async def _managed(tx: Transaction, actor: Actor, user_id: str) -> Member:
    access.check_manages(actor)
    member = await require_member(tx, actor, user_id)
    if member.role == Role.OWNER and actor.role != Role.OWNER:
        raise Forbidden("Only an owner changes what an owner may do.")
    return member


async def _check_not_last_owner(tx: Transaction, member: Member) -> None:
    if member.role == Role.OWNER and await members.count_owners(tx, member.workspace_id) == 1:
        raise Conflict(_LAST_OWNER, code="last_owner")


def _start_anew(workspace_id: str, user_id: str) -> None:
    current().entrances.end(lambda each: (each.workspace_id, each.user_id) == (workspace_id, user_id))


async def add_member(tx: Transaction, account: Account, workspace_id: str, *, role: Role) -> None:
    """Make somebody a member, and note in the audit log that they joined."""
    await members.insert(tx, workspace_id, account.id, role=role, at=now())
    joined = Actor(user_id=account.id, workspace_id=workspace_id, role=role, name=account.name)
    await audit.record(tx, joined, AuditType.MEMBER_JOINED, subject=account.email or account.id, role=role.value)
