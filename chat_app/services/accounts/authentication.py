"""Who somebody is: signing in and out, and what a request or a socket shows of it."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, logins, members
from chat_app.domain.accounts import Account, Login
from chat_app.domain.actor import LOCAL_OWNER, Actor
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Unauthenticated
from chat_app.services import audit
from chat_app.services.accounts.connections import SIGNED_OUT
from chat_app.services.accounts.logins import build_actor, start_login
from chat_app.services.accounts.passwords import check_passwords_used, hash_password, needs_new_hash, password_matches
from chat_app.services.limits.checks import check_sign_in, note_sign_in
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import hash_secret

_WRONG = "This e-mail address and this password do not belong together."


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
    return build_actor(holder.account, login.workspace_id, holder.role, login_id=login.id)


async def _who_holds(secret: str) -> Actor | None:
    async with current().db.read() as tx:
        found = await logins.find_token(tx, hash_secret(secret))
    if found is None:
        return None
    token, holder = found
    if token.expires_at is not None and token.expires_at <= now():
        return None
    return build_actor(holder.account, token.workspace_id, holder.role, login_id=token.id, scope=token.scope)


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


def check_signed_in(actor: Actor | None) -> Actor:
    """Return the actor.

    Raises:
        Unauthenticated: There is none.
    """
    if actor is None:
        raise Unauthenticated(SIGNED_OUT)
    return actor
