"""The account of a person: reading it, changing the name and the password."""

from __future__ import annotations

from chat_app.db import accounts, logins
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, Login, check_name, check_password
from chat_app.domain.actor import Actor
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden, Unauthenticated
from chat_app.services import access, audit
from chat_app.services.accounts.logins import end_browser_connections, start_login, uses_browser_login
from chat_app.services.accounts.passwords import check_passwords_enabled, hash_password, verify_password
from chat_app.services.accounts.tokens import end_token_connections, remove_all_tokens
from chat_app.services.limits.creation_checks import take_change
from chat_app.services.runtime import current
from chat_app.services.secrets.hashed_secrets import Issued


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
        Forbidden: The scope of the actor's token is too narrow.
    """
    access.check_may_manage_own_account(actor)
    name = check_name(name)
    async with current().db.write() as tx:
        await accounts.update_columns(tx, actor.user_id, name=name)


async def change_password(
    actor: Actor, *, old: str, new: str, revoke_tokens: bool = False, client: str = ""
) -> Issued[Login]:
    """Change the actor's password. All their logins end, and a new one starts for the browser that they use.

    Args:
        actor: Who changes their password.
        old: The current password.
        new: The new password.
        revoke_tokens: Whether to revoke the actor's API tokens as well, in all their workspaces.
        client: The user agent of the browser.

    Raises:
        Unauthenticated: The current password is wrong.
        Invalid: The new password breaks a rule.
        Forbidden: The actor uses a token, or this server uses single sign-on.
        TooMany: The actor has made too many changes.
    """
    if not uses_browser_login(actor):
        raise Forbidden("API tokens cannot change the password. Change it in the browser.")
    check_passwords_enabled()
    check_password(new)
    await take_change(actor)
    runtime = current()
    async with runtime.db.read() as tx:
        password_hash = await accounts.password_hash(tx, actor.user_id)
    if not await verify_password(old, password_hash):
        raise Unauthenticated("The current password is incorrect.", code="wrong_password")
    new_hash = await hash_password(new)
    async with runtime.db.write() as tx:
        await accounts.update_columns(tx, actor.user_id, password_hash=new_hash)
        await logins.remove_all(tx, actor.user_id)
        await audit.record(tx, actor, AuditType.PASSWORD_CHANGED, subject=actor.email or actor.user_id)
        if revoke_tokens:
            await remove_all_tokens(tx, actor.user_id, actor=actor)
        account = await require_account(tx, actor.user_id)
        started = await start_login(tx, account, client=client, workspace_id=actor.workspace_id)
    end_browser_connections(actor.user_id)
    if revoke_tokens:
        end_token_connections(actor.user_id)
    return started
