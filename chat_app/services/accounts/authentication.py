"""Authentication: finds the actor of a request, and signs people in with a password."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, logins, members
from chat_app.domain.accounts import Account
from chat_app.domain.actor import LOCAL_OWNER, Actor
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Unauthenticated
from chat_app.domain.text import check_text
from chat_app.services import audit
from chat_app.services.accounts.connections import SIGNED_OUT
from chat_app.services.accounts.logins import build_actor
from chat_app.services.accounts.passwords import check_passwords_enabled, needs_rehash
from chat_app.services.accounts.places import (
    NOWHERE,
    Place,
    StartedLogin,
    caller_at,
    recognize_place,
    start_known_login,
)
from chat_app.services.limits.checks import check_sign_in, record_sign_in
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import hash_secret

_WRONG_PASSWORD = "Incorrect e-mail address or password."  # noqa: S105 - a message


async def authenticate(*, cookie: str | None = None, bearer: str | None = None) -> Actor | None:
    """Return the actor of a login or a token, or None if there is no valid one.

    Args:
        cookie: The secret of a browser's login.
        bearer: The secret of a program's token; it takes precedence over the cookie.
    """
    runtime = current()
    if runtime.settings.auth == "none":
        return LOCAL_OWNER
    if bearer is not None:
        return await _authenticate_token(bearer)
    if cookie is None:
        return None
    async with runtime.db.read() as tx:
        stored = await logins.find(tx, hash_secret(cookie))
    if stored is None:
        return None
    login = stored.login
    at = now()
    if login.expires_at <= at or login.used_at <= at - timedelta(days=runtime.settings.login_idle_days):
        return None
    return build_actor(stored.account, login.workspace_id, stored.role, login_id=login.id)


async def _authenticate_token(secret: str) -> Actor | None:
    async with current().db.read() as tx:
        stored = await logins.find_token(tx, hash_secret(secret))
    if stored is None:
        return None
    token = stored.token
    if token.expires_at is not None and token.expires_at <= now():
        return None
    return build_actor(stored.account, token.workspace_id, stored.role, login_id=token.id, scope=token.scope)


async def sign_in(*, email: str, password: str, place: Place = NOWHERE) -> StartedLogin:
    """Sign a person in with their password.

    Args:
        email: Their e-mail address.
        password: Their password.
        place: Where they are.

    Raises:
        Unauthenticated: The e-mail address or the password is wrong.
        Invalid: The e-mail address or the password contains a character that neither can contain.
        Forbidden: The person is a member of no workspace, or this server uses single sign-on.
        TooMany: There were too many attempts.
        Unavailable: Too many passwords wait to be verified.
    """
    runtime = current()
    check_passwords_enabled()
    email, password = check_text(email, field="email"), check_text(password, field="password")
    async with runtime.db.read() as tx:
        stored = await accounts.find_by_email(tx, email.strip().lower())
        recognition = await recognize_place(tx, place, stored.account.id if stored is not None else None)
    await check_sign_in(email, place.address, known_device=recognition.device, known_network=recognition.network)
    password_hash = stored.password_hash if stored is not None else None
    caller = caller_at(place, recognition)
    matches = await runtime.passwords.verify(password, password_hash, caller=caller)
    if not matches or stored is None or password_hash is None:
        if stored is not None:
            await _record_failure(stored.account, place.address)
        raise Unauthenticated(_WRONG_PASSWORD, code="wrong_password")
    await record_sign_in(email, place.address, known_device=recognition.device)
    new_hash = await runtime.passwords.hash(password, caller=caller) if needs_rehash(password_hash) else None
    async with runtime.db.write() as tx:
        if await accounts.password_hash(tx, stored.account.id) != password_hash:
            # It was changed while this one was verified.
            raise Unauthenticated(_WRONG_PASSWORD, code="wrong_password")
        if new_hash is not None:
            await accounts.update_columns(tx, stored.account.id, password_hash=new_hash)
        return await start_known_login(tx, stored.account, place)


async def _record_failure(account: Account, address: str) -> None:
    """Record a failed sign-in in the audit log of each workspace of the account."""
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


def require_signed_in(actor: Actor | None) -> Actor:
    """Return the actor.

    Raises:
        Unauthenticated: There is none.
    """
    if actor is None:
        raise Unauthenticated(SIGNED_OUT)
    return actor
