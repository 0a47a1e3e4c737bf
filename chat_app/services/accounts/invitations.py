"""Invitations to a workspace: create, list, revoke and accept them."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import (
    MAX_INVITATION_DAYS,
    Account,
    Link,
    LinkPurpose,
    check_email,
    check_name,
    check_password,
)
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, Invalid, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.account import require_account
from chat_app.services.accounts.logins import end_login_connections
from chat_app.services.accounts.members import add_member
from chat_app.services.accounts.names import check_name_free
from chat_app.services.accounts.one_time_links import check_link, create_link, hash_for_link, require_link
from chat_app.services.accounts.passwords import check_passwords_enabled
from chat_app.services.accounts.places import NOWHERE, Place, StartedLogin, start_known_login
from chat_app.services.limits.creation_checks import check_accounts, check_invitations, take_invitation
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import Issued


async def create_invitation(actor: Actor, *, role: Role, days: int = 7) -> Issued[Link]:
    """Create a link with which one person can join the workspace.

    Args:
        actor: Who invites.
        role: The role of the new member.
        days: Days for which the link is valid, 1 to `MAX_INVITATION_DAYS`.

    Raises:
        Forbidden: The actor may not manage members, or may not grant this role.
        Invalid: The number of days is out of range.
        TooMany: Too many invitations were created.
        Conflict: The workspace has too many unused invitations.
    """
    access.check_may_invite(actor, role)
    if not 1 <= days <= MAX_INVITATION_DAYS:
        raise Invalid(f"An invitation can be valid for 1 to {MAX_INVITATION_DAYS} days.", code="invalid_days")
    await take_invitation(actor)
    async with current().db.write() as tx:
        await check_invitations(tx, actor)
        issued = await create_link(
            tx,
            purpose=LinkPurpose.INVITE,
            workspace_id=actor.workspace_id,
            valid_for=timedelta(days=days),
            role=role,
            created_by=actor.user_id,
        )
        await audit.record(tx, actor, AuditType.INVITATION_CREATED, subject=issued.value.id, role=role.value, days=days)
    return issued


async def list_invitations(actor: Actor) -> list[Link]:
    """Return the unused invitations of the workspace, newest first.

    Raises:
        Forbidden: The actor may not manage members.
    """
    access.check_may_manage_workspace(actor)
    async with current().db.read() as tx:
        return await links.all_of(tx, actor.workspace_id, purpose=LinkPurpose.INVITE, at=now())


async def revoke_invitation(actor: Actor, link_id: str) -> None:
    """Revoke an invitation.

    Raises:
        Forbidden: The actor may not manage members.
        NotFound: There is no such invitation.
    """
    access.check_may_manage_workspace(actor)
    async with current().db.write() as tx:
        link = await links.get(tx, link_id)
        if link is None or link.workspace_id != actor.workspace_id or link.purpose != LinkPurpose.INVITE:
            raise NotFound("Invitation not found.", code="invitation_not_found")
        await links.remove(tx, link_id)
        await audit.record(tx, actor, AuditType.INVITATION_REVOKED, subject=link_id)


async def sign_up(secret: str, *, name: str, email: str, password: str, place: Place = NOWHERE) -> StartedLogin:
    """Create an account with an invitation, join its workspace and sign in.

    Args:
        secret: The secret of the invitation.
        name: Name of the person.
        email: E-mail address of the person.
        password: The password that they chose.
        place: Where they are.

    Raises:
        NotFound: The invitation is no longer valid.
        Invalid: The name, the address or the password breaks a rule.
        Forbidden: This server uses single sign-on.
        Conflict: There is an account with this address, a member with this name, or there are too many accounts.
        TooMany: There were too many attempts with wrong links, or with this one, or too many new accounts.
        Unavailable: Too many passwords wait to be hashed.
    """
    check_passwords_enabled()
    name, email, password = check_name(name), check_email(email), check_password(password)
    link = await check_link(secret, LinkPurpose.INVITE, address=place.address)
    account = Account(id=new_id("usr"), name=name, email=email, created_at=now())
    async with current().db.read() as tx:
        await _check_new_account(tx, account, link.workspace_id)
    password_hash = await hash_for_link(link, password)
    async with current().db.write() as tx:
        link = await require_invitation(tx, secret)
        await _check_new_account(tx, account, link.workspace_id)
        await check_accounts(tx)
        await accounts.insert(tx, account, password_hash=password_hash)
        await use_invitation(tx, link, account)
        return await start_known_login(tx, account, place, workspace_id=link.workspace_id)


async def _check_new_account(tx: Transaction, account: Account, workspace_id: str) -> None:
    if account.email is not None and await accounts.find_by_email(tx, account.email) is not None:
        raise Conflict(
            "An account with this e-mail address already exists. Sign in, then open the link again.",
            code="email_taken",
        )
    await check_name_free(tx, account.name, workspace_id, user_id=account.id)


async def accept_invitation(actor: Actor, secret: str) -> str:
    """Join the workspace of an invitation and switch the actor's login to it. Members keep their role.

    Returns:
        The id of the workspace.

    Raises:
        NotFound: The invitation is no longer valid.
        Forbidden: The scope of the actor's token is too narrow.
        Conflict: A member of the workspace has the actor's name.
    """
    access.check_may_manage_own_account(actor)
    async with current().db.write() as tx:
        link = await require_invitation(tx, secret)
        if await members.get(tx, link.workspace_id, actor.user_id) is None:
            await use_invitation(tx, link, await require_account(tx, actor.user_id))
        if actor.login_id is not None:
            await logins.set_workspace(tx, actor.login_id, workspace_id=link.workspace_id)
    end_login_connections(actor.login_id)
    return link.workspace_id


async def require_invitation(tx: Transaction, secret: str) -> Link:
    """Return a valid invitation.

    Raises:
        NotFound: The invitation is no longer valid.
    """
    return await require_link(tx, secret, LinkPurpose.INVITE)


async def use_invitation(tx: Transaction, link: Link, account: Account) -> None:
    """Add an account to the workspace of an invitation, and delete the invitation."""
    assert link.role is not None, "an invitation has a role"
    await links.remove(tx, link.id)
    await add_member(tx, account, link.workspace_id, role=link.role)
