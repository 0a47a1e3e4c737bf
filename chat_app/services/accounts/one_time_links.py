"""Links that work once: setting the program up, joining a workspace, choosing a new password.

Who has the secret of a link may use it; there is no actor yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chat_app.db import accounts, links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, Link, LinkPurpose, Login, check_email, check_name, check_password
from chat_app.domain.actor import LOCAL_OWNER, Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.authentication import start_login
from chat_app.services.accounts.passwords import check_passwords_used, hash_password
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import hash_secret, new_secret

LINK_GONE = "This link does not work any more: it was used, taken back, or is too old. Ask for another one."


_PATHS = {LinkPurpose.SET_UP: "/set-up", LinkPurpose.INVITE: "/join", LinkPurpose.RESET: "/reset"}


def path_of(purpose: LinkPurpose, secret: str) -> str:
    """Return path and fragment of a link: what stands behind the `#` is in no log and no referrer."""
    return f"{_PATHS[purpose]}#{secret}"


@dataclass(frozen=True, kw_only=True)
class LinkView:
    """What somebody who has a link is told about it."""

    purpose: LinkPurpose
    workspace: str
    role: Role | None
    name: str | None
    email: str | None


async def look_at_link(secret: str) -> LinkView:
    """Return what a link is for.

    Raises:
        NotFound: It does not work any more.
    """
    async with current().db.read() as tx:
        link = await _working(tx, secret)
        workspace = await members.get_workspace(tx, link.workspace_id)
        account = await accounts.get(tx, link.user_id) if link.user_id is not None else None
    return LinkView(
        purpose=link.purpose,
        workspace=workspace.name if workspace is not None else "",
        role=link.role,
        name=account.name if account is not None else None,
        email=account.email if account is not None else None,
    )


async def _working(tx: Transaction, secret: str, *purposes: LinkPurpose) -> Link:
    link = await links.find(tx, hash_secret(secret), at=now())
    if link is None or (purposes and link.purpose not in purposes):
        raise NotFound(LINK_GONE, code="link_gone")
    return link


async def make_link(
    tx: Transaction,
    *,
    purpose: LinkPurpose,
    workspace_id: str,
    lasts: timedelta,
    role: Role | None = None,
    user_id: str | None = None,
    created_by: str | None = None,
) -> tuple[Link, str]:
    """Make a link within a transaction; return it and its secret.

    Args:
        tx: The transaction.
        purpose: What it is for.
        workspace_id: Where it leads.
        lasts: How long it works.
        role: The role of who joins.
        user_id: Whose password is chosen anew.
        created_by: The account that made it.
    """
    secret = new_secret()
    at = now()
    link = Link(
        id=new_id("lnk"),
        purpose=purpose,
        workspace_id=workspace_id,
        role=role,
        user_id=user_id,
        created_by=created_by,
        created_at=at,
        expires_at=at + lasts,
    )
    await links.insert(tx, link, token_hash=hash_secret(secret))
    return link, secret


async def issue_set_up_link() -> str | None:
    """Make the link by which the first owner chooses a password; None when there is no need for one.

    It takes the place of an earlier one, so that a lost terminal loses nothing but the link.

    Returns:
        Path and fragment of the link.
    """
    runtime = current()
    if runtime.settings.auth != "password":
        return None
    async with runtime.db.write() as tx:
        if await accounts.anybody_can_sign_in(tx):
            return None
        await links.remove_all(tx, purpose=LinkPurpose.SET_UP)
        _, secret = await make_link(
            tx,
            purpose=LinkPurpose.SET_UP,
            workspace_id=LOCAL_OWNER.workspace_id,
            lasts=timedelta(hours=runtime.settings.link_hours),
        )
    return path_of(LinkPurpose.SET_UP, secret)


async def needs_set_up() -> bool:
    """Whether nobody can sign in yet."""
    async with current().db.read() as tx:
        return not await accounts.anybody_can_sign_in(tx)


async def set_up(secret: str, *, name: str, email: str, password: str, client: str = "") -> tuple[Login, str]:
    """Give the local owner an address and a password: everything that was there before is theirs.

    Returns:
        Their first login and its secret.

    Raises:
        NotFound: The link does not work any more.
        Invalid: Something breaks a rule.
        Forbidden: People do not sign in with a password here.
    """
    check_passwords_used()
    name, email, password = check_name(name), check_email(email), check_password(password)
    hashed = await hash_password(password)
    async with current().db.write() as tx:
        await _working(tx, secret, LinkPurpose.SET_UP)
        await accounts.change(tx, LOCAL_OWNER.user_id, name=name, email=email, password_hash=hashed)
        await links.remove_all(tx, purpose=LinkPurpose.SET_UP)
        return await start_login(tx, await _account(tx, LOCAL_OWNER.user_id), client=client)


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
    access.check_may_manage_own_account(actor)
    async with current().db.write() as tx:
        link = await find_invitation(tx, secret)
        if await members.get(tx, link.workspace_id, actor.user_id) is None:
            await use_invitation(tx, link, await _account(tx, actor.user_id))
        if actor.login_id is not None:
            await logins.enter(tx, actor.login_id, workspace_id=link.workspace_id)
    current().connections.end(lambda each: each.login_id is not None and each.login_id == actor.login_id)
    return link.workspace_id


async def find_invitation(tx: Transaction, secret: str) -> Link:
    """Return an invitation.

    Raises:
        NotFound: It does not work any more.
    """
    return await _working(tx, secret, LinkPurpose.INVITE)


async def use_invitation(tx: Transaction, link: Link, account: Account) -> None:
    """Make somebody a member by an invitation, which works once."""
    assert link.role is not None, "an invitation names a role"
    await links.remove(tx, link.id)
    await add_member(tx, account, link.workspace_id, role=link.role)


async def add_member(tx: Transaction, account: Account, workspace_id: str, *, role: Role) -> None:
    """Make somebody a member, and note in the audit log that they joined."""
    await members.insert(tx, workspace_id, account.id, role=role, at=now())
    joined = Actor(user_id=account.id, workspace_id=workspace_id, role=role, name=account.name)
    await audit.record(tx, joined, AuditType.MEMBER_JOINED, subject=account.email or account.id, role=role.value)


async def _account(tx: Transaction, user_id: str) -> Account:
    account = await accounts.get(tx, user_id)
    assert account is not None, "a link or an actor names an account that is there"
    return account


async def choose_new_password(secret: str, *, password: str, client: str = "") -> tuple[Login, str]:
    """Choose a new password by a link; every login of the account ends.

    Raises:
        NotFound: The link does not work any more.
        Invalid: The password breaks a rule.
        Forbidden: People do not sign in with a password here.
    """
    check_passwords_used()
    runtime = current()
    hashed = await hash_password(check_password(password))
    async with runtime.db.write() as tx:
        link = await _working(tx, secret, LinkPurpose.RESET)
        assert link.user_id is not None, "a link for a new password names an account"
        await accounts.change(tx, link.user_id, password_hash=hashed)
        await links.remove_all(tx, purpose=LinkPurpose.RESET, user_id=link.user_id)
        await logins.remove_all(tx, link.user_id)
        account = await _account(tx, link.user_id)
        subject = account.email or account.id
        await audit.record(tx, None, AuditType.PASSWORD_CHANGED, subject=subject, workspace_id=link.workspace_id)
        started = await start_login(tx, account, client=client)
    runtime.connections.end(lambda each: each.user_id == link.user_id)
    return started
