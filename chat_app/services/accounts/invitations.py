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
    Login,
    check_email,
    check_name,
    check_password,
)
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.account import require_account
from chat_app.services.accounts.logins import start_login
from chat_app.services.accounts.members import add_member
from chat_app.services.accounts.one_time_links import make_link, require_link
from chat_app.services.accounts.passwords import check_passwords_used, hash_password
from chat_app.services.runtime import current, now


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
    access.check_manages(actor)
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
    access.check_manages(actor)
    async with current().db.read() as tx:
        return await links.all_of(tx, actor.workspace_id, purpose=LinkPurpose.INVITE, at=now())


async def revoke_invitation(actor: Actor, link_id: str) -> None:
    """Take an invitation back.

    Raises:
        Forbidden: The actor does not manage members.
        NotFound: There is no such invitation.
    """
    access.check_manages(actor)
    async with current().db.write() as tx:
        link = await links.get(tx, link_id)
        if link is None or link.workspace_id != actor.workspace_id or link.purpose != LinkPurpose.INVITE:
            raise NotFound("There is no such invitation.", code="invitation_not_found")
        await links.remove(tx, link_id)
        await audit.record(tx, actor, AuditType.INVITATION_REVOKED, subject=link_id)


async def join_as_new(secret: str, *, name: str, email: str, password: str, client: str = "") -> tuple[Login, str]:
    """Make an account and join the workspace of an invitation.

    Raises:
        NotFound: The link does not work any more.
        Invalid: Something breaks a rule.
        Forbidden: People do not sign in with a password here.
        Conflict: Somebody has this address already.
    """
    check_passwords_used()
    name, email, password = check_name(name), check_email(email), check_password(password)
    hashed = await hash_password(password)
    account = Account(id=new_id("usr"), name=name, email=email, created_at=now())
    async with current().db.write() as tx:
        link = await find_invitation(tx, secret)
        if await accounts.by_email(tx, email) is not None:
            raise Conflict(
                "There is an account with this address. Sign in and open the link again.", code="email_taken"
            )
        await accounts.insert(tx, account, password_hash=hashed)
        await use_invitation(tx, link, account)
        return await start_login(tx, account, client=client, workspace_id=link.workspace_id)


async def join(actor: Actor, secret: str) -> str:
    """Join the workspace of an invitation; return its id. Who is a member already keeps their role.

    Raises:
        NotFound: The link does not work any more.
        Forbidden: The actor came in by a token that may not.
    """
    access.check_person(actor)
    async with current().db.write() as tx:
        link = await find_invitation(tx, secret)
        if await members.get(tx, link.workspace_id, actor.user_id) is None:
            await use_invitation(tx, link, await require_account(tx, actor.user_id))
        if actor.login_id is not None:
            await logins.enter(tx, actor.login_id, workspace_id=link.workspace_id)
    current().entrances.end(lambda each: each.login_id is not None and each.login_id == actor.login_id)
    return link.workspace_id


async def find_invitation(tx: Transaction, secret: str) -> Link:
    """Return an invitation.

    Raises:
        NotFound: It does not work any more.
    """
    return await require_link(tx, secret, LinkPurpose.INVITE)


async def use_invitation(tx: Transaction, link: Link, account: Account) -> None:
    """Make somebody a member by an invitation, which works once."""
    assert link.role is not None, "an invitation names a role"
    await links.remove(tx, link.id)
    await add_member(tx, account, link.workspace_id, role=link.role)
