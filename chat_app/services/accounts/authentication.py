"""Who somebody is: signing in and out, and what a request or a socket shows of it."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, Login, Membership, check_name, check_password
from chat_app.domain.actor import LOCAL_OWNER, Actor, Role, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden, NotFound, Unauthenticated
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.connections import SIGNED_OUT
from chat_app.services.accounts.passwords import check_passwords_used, hash_password, needs_new_hash, password_matches
from chat_app.services.limits.checks import check_sign_in, note_sign_in
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import hash_secret, new_secret

CLIENT_LENGTH = 200
"""Characters that are kept of what a browser calls itself."""
SWEEP_SECONDS = 60.0
"""Seconds between two looks at what is open: what another process ended, ends here within them."""
_WRONG = "This e-mail address and this password do not belong together."
_NO_WORKSPACE = "You belong to no workspace any more. Ask an owner for an invitation."


async def authenticate(*, cookie: str | None = None, bearer: str | None = None) -> Actor | None:
    """Return who somebody is by what they show, or None when they show nothing that lets them in.

    Args:
        cookie: The secret of a login, as a browser has it.
        bearer: The secret of a token, as a program has it; it goes before the cookie.
    """
    runtime = current()
    if runtime.settings.auth == "none":
        return LOCAL_OWNER
    if bearer is not None:
        return await _who_holds(bearer)
    if cookie is None:
        return None
    async with runtime.db.read() as tx:
        found = await logins.find(tx, hash_secret(cookie))
    if found is None:
        return None
    login, holder = found
    at = now()
    if login.expires_at <= at or login.used_at <= at - timedelta(days=runtime.settings.login_idle_days):
        return None
    return _actor(holder.account, login.workspace_id, holder.role, login_id=login.id)


async def _who_holds(secret: str) -> Actor | None:
    async with current().db.read() as tx:
        found = await logins.find_token(tx, hash_secret(secret))
    if found is None:
        return None
    token, holder = found
    if token.expires_at is not None and token.expires_at <= now():
        return None
    return _actor(holder.account, token.workspace_id, holder.role, login_id=token.id, scope=token.scope)


async def sign_in(*, email: str, password: str, client: str = "", address: str = "") -> tuple[Login, str]:
    """Sign somebody in with their password.

    Args:
        email: Their address.
        password: Their password.
        client: What their browser calls itself.
        address: Where they connect from.

    Returns:
        The login and its secret, which only the browser keeps.

    Raises:
        Unauthenticated: Address and password do not belong together.
        Forbidden: They belong to no workspace, or people do not sign in with a password here.
        TooMany: There were too many tries.
    """
    runtime = current()
    check_passwords_used()
    await check_sign_in(email, address)
    async with runtime.db.read() as tx:
        found = await accounts.by_email(tx, email.strip().lower())
    kept = found[1] if found is not None else None
    matches = await password_matches(password, kept)
    await note_sign_in(email, address, ok=matches)
    if not matches or found is None or kept is None:
        if found is not None:
            await _record_failure(found[0], address)
        raise Unauthenticated(_WRONG, code="wrong_password")
    newer = await hash_password(password) if needs_new_hash(kept) else None
    async with runtime.db.write() as tx:
        if newer is not None:
            await accounts.change(tx, found[0].id, password_hash=newer)
        return await start_login(tx, found[0], client=client, address=address)


async def _record_failure(account: Account, address: str) -> None:
    """Note in the audit log of an account's workspaces that somebody did not get in."""
    async with current().db.write() as tx:
        for membership in await members.memberships(tx, account.id):
            await audit.record(
                tx,
                None,
                AuditType.LOGIN_FAILED,
                subject=account.email or account.id,
                workspace_id=membership.workspace.id,
                address=address,
            )


async def start_login(
    tx: Transaction, account: Account, *, client: str, workspace_id: str = "", address: str = ""
) -> tuple[Login, str]:
    """Make a login within a transaction; return it and its secret.

    Args:
        tx: The transaction.
        account: Whose.
        client: What their browser calls itself.
        workspace_id: Where they act; where they joined first when it is "".
        address: Where they connect from.

    Raises:
        Forbidden: They belong to no workspace.
    """
    theirs = {membership.workspace.id: membership for membership in await members.memberships(tx, account.id)}
    if not theirs:
        raise Forbidden(_NO_WORKSPACE, code="no_workspace")
    here = theirs.get(workspace_id) or next(iter(theirs.values()))
    at = now()
    secret = new_secret()
    login = Login(
        id=new_id("lgn"),
        user_id=account.id,
        workspace_id=here.workspace.id,
        client=_printable(client),
        created_at=at,
        used_at=at,
        expires_at=at + timedelta(days=current().settings.login_days),
    )
    await logins.insert(tx, login, token_hash=hash_secret(secret))
    actor = _actor(account, login.workspace_id, here.role, login_id=login.id)
    await audit.record(
        tx, actor, AuditType.LOGIN_CREATED, subject=account.email or account.id, client=login.client, address=address
    )
    return login, secret


def _actor(account: Account, workspace_id: str, role: Role, *, login_id: str, scope: Scope = Scope.ADMIN) -> Actor:
    return Actor(
        user_id=account.id,
        workspace_id=workspace_id,
        role=role,
        name=account.name,
        email=account.email,
        scope=scope,
        login_id=login_id,
    )


def _printable(client: str) -> str:
    return "".join(character for character in client if character.isprintable())[:CLIENT_LENGTH]


async def sign_out(actor: Actor, *, everywhere: bool = False) -> None:
    """End the actor's login, or all their logins; what is open through them ends with them."""
    runtime = current()
    async with runtime.db.write() as tx:
        if everywhere:
            await logins.remove_all(tx, actor.user_id)
        elif actor.login_id is not None:
            await logins.remove(tx, actor.login_id)
        if actor.login_id is not None:
            subject = actor.email or actor.user_id
            await audit.record(tx, actor, AuditType.LOGIN_ENDED, subject=subject, everywhere=everywhere)
    if everywhere:
        runtime.connections.end(lambda each: each.user_id == actor.user_id and _by_login(each))
    else:
        runtime.connections.end(lambda each: each.login_id is not None and each.login_id == actor.login_id)


def _by_login(actor: Actor) -> bool:
    return actor.login_id is not None and actor.login_id.startswith("lgn_")


async def list_logins(actor: Actor) -> list[Login]:
    """Return the browsers that the actor is signed in with, newest first."""
    async with current().db.read() as tx:
        return await logins.all_of(tx, actor.user_id)


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
    if actor.login_id is None or not _by_login(actor):
        raise Forbidden("Only a person at the page changes the workspace; a token belongs to one.")
    async with runtime.db.write() as tx:
        if await members.get(tx, workspace_id, actor.user_id) is None:
            raise NotFound("There is no such workspace.", code="workspace_not_found")
        await logins.enter(tx, actor.login_id, workspace_id=workspace_id)
    runtime.connections.end(lambda each: each.login_id == actor.login_id)


async def rename_account(actor: Actor, *, name: str) -> None:
    """Give the actor another name.

    Raises:
        Invalid: The name breaks a rule.
    """
    access.check_scope(actor, Scope.WRITE)
    name = check_name(name)
    async with current().db.write() as tx:
        await accounts.change(tx, actor.user_id, name=name)


async def change_password(actor: Actor, *, old: str, new: str, client: str = "") -> tuple[Login, str]:
    """Choose another password; every other login ends, and this one gets another secret.

    Raises:
        Unauthenticated: The old password is wrong.
        Invalid: The new one breaks a rule.
        Forbidden: The actor came in by a token, or people do not sign in with a password here.
    """
    runtime = current()
    if not _by_login(actor):
        raise Forbidden("A password is changed by a person at the page.")
    check_passwords_used()
    check_password(new)
    async with runtime.db.read() as tx:
        kept = await accounts.password_hash(tx, actor.user_id)
    if not await password_matches(old, kept):
        raise Unauthenticated("The old password is not right.", code="wrong_password")
    hashed = await hash_password(new)
    async with runtime.db.write() as tx:
        await accounts.change(tx, actor.user_id, password_hash=hashed)
        await logins.remove_all(tx, actor.user_id)
        await audit.record(tx, actor, AuditType.PASSWORD_CHANGED, subject=actor.email or actor.user_id)
        account = await accounts.get(tx, actor.user_id)
        assert account is not None, "an actor's account is there"
        started = await start_login(tx, account, client=client, workspace_id=actor.workspace_id)
    runtime.connections.end(lambda each: each.user_id == actor.user_id and _by_login(each))
    return started


def check_signed_in(actor: Actor | None) -> Actor:
    """Return the actor.

    Raises:
        Unauthenticated: There is none.
    """
    if actor is None:
        raise Unauthenticated(SIGNED_OUT)
    return actor


async def sweep_logins() -> None:
    """Note which logins were used, delete what has expired, and end what is open through it."""
    runtime = current()
    at = now()
    used_after = at - timedelta(days=runtime.settings.login_idle_days)
    async with runtime.db.write() as tx:
        await logins.touch(tx, runtime.connections.take_used(), at=at)
        await logins.remove_ended(tx, at=at, used_before=used_after)
        await links.remove_expired(tx, at=at)
        alive = await logins.alive(tx, runtime.connections.logins(), at=at, used_after=used_after)
    runtime.connections.end(lambda each: each.login_id is not None and each.login_id not in alive)
