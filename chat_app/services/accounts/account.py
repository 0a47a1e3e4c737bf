"""The account of a person: reading it, changing the name and the password."""

from __future__ import annotations

from chat_app.db import accounts, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, check_name, check_password
from chat_app.domain.actor import Actor
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden, Unauthenticated
from chat_app.domain.text import check_text
from chat_app.services import access, audit
from chat_app.services.accounts.hashing_queue import Caller
from chat_app.services.accounts.logins import end_browser_connections, uses_browser_login
from chat_app.services.accounts.names import check_name_free
from chat_app.services.accounts.passwords import check_passwords_enabled
from chat_app.services.accounts.places import NOWHERE, Place, StartedLogin, start_known_login
from chat_app.services.accounts.tokens import end_token_connections, remove_all_tokens
from chat_app.services.limits.checks import check_password_change
from chat_app.services.limits.creation_checks import take_change
from chat_app.services.runtime import current

_WRONG_PASSWORD = "The current password is incorrect."  # noqa: S105 - a message


async def get_account(user_id: str) -> Account:
    """Return the account of a person who has just signed in."""
    async with current().db.read() as tx:
        return await require_account(tx, user_id)


async def require_account(tx: Transaction, user_id: str) -> Account:
    """Return the account that a login, a link or an actor refers to; foreign keys guarantee that it exists."""
    account = await accounts.get(tx, user_id)
    assert account is not None, "logins, links and actors refer to existing accounts"
    return account


async def rename_account(actor: Actor, *, name: str) -> None:
    """Change the name of the actor.

    Raises:
        Invalid: The name breaks a rule.
        Conflict: Another member of one of the actor's workspaces has this name.
        Forbidden: The scope of the actor's token is too narrow.
    """
    access.check_may_manage_own_account(actor)
    name = check_name(name)
    async with current().db.write() as tx:
        for membership in await members.memberships(tx, actor.user_id):
            await check_name_free(tx, name, membership.workspace.id, user_id=actor.user_id)
        await accounts.update_columns(tx, actor.user_id, name=name)


async def change_password(
    actor: Actor, *, old: str, new: str, revoke_tokens: bool = False, place: Place = NOWHERE
) -> StartedLogin:
    """Change the actor's password. All their logins end, and a new one starts for the browser that they use.

    Args:
        actor: Who changes their password.
        old: The current password.
        new: The new password.
        revoke_tokens: Whether to revoke the actor's API tokens as well, in all their workspaces.
        place: Where the actor is.

    Raises:
        Unauthenticated: The current password is wrong.
        Invalid: A password breaks a rule.
        Forbidden: The actor uses a token, or this server uses single sign-on.
        TooMany: There were too many attempts with this login, or too many changes of the actor.
        Unavailable: Too many passwords wait to be hashed.
    """
    if actor.login_id is None or not uses_browser_login(actor):
        raise Forbidden("API tokens cannot change the password. Change it in the browser.")
    check_passwords_enabled()
    old, new = check_text(old, field="old"), check_password(new)
    await check_password_change(actor.login_id)
    await take_change(actor)
    runtime = current()
    caller = Caller(key=f"login:{actor.login_id}", trusted=True)
    async with runtime.db.read() as tx:
        password_hash = await accounts.password_hash(tx, actor.user_id)
    if not await runtime.passwords.verify(old, password_hash, caller=caller):
        await _record_failure(actor, place.address)
        raise Unauthenticated(_WRONG_PASSWORD, code="wrong_password")
    new_hash = await runtime.passwords.hash(new, caller=caller)
    async with runtime.db.write() as tx:
        if await accounts.password_hash(tx, actor.user_id) != password_hash:
            # It was changed while this one was verified.
            raise Unauthenticated(_WRONG_PASSWORD, code="wrong_password")
        await accounts.update_columns(tx, actor.user_id, password_hash=new_hash)
        await logins.remove_all(tx, actor.user_id)
        await audit.record(tx, actor, AuditType.PASSWORD_CHANGED, subject=actor.email or actor.user_id)
        if revoke_tokens:
            await remove_all_tokens(tx, actor.user_id, actor=actor)
        account = await require_account(tx, actor.user_id)
        started = await start_known_login(tx, account, place, workspace_id=actor.workspace_id, forget_others=True)
    end_browser_connections(actor.user_id)
    if revoke_tokens:
        end_token_connections(actor.user_id)
    return started


async def _record_failure(actor: Actor, address: str) -> None:
    """Record in the audit log that the current password was wrong: somebody else may use the login."""
    async with current().db.write() as tx:
        subject = actor.email or actor.user_id
        await audit.record(tx, actor, AuditType.PASSWORD_CHANGE_FAILED, subject=subject, address=address)
