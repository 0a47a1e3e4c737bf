"""The account of a person: its name and its password."""

from __future__ import annotations

from chat_app.db import accounts, logins
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import (
    Account,
    Login,
    check_name,
    check_password,
)
from chat_app.domain.actor import Actor, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden, Unauthenticated
from chat_app.services import access, audit
from chat_app.services.accounts.logins import acts_by_login, start_login
from chat_app.services.accounts.passwords import check_passwords_used, hash_password, password_matches
from chat_app.services.runtime import current


async def require_account(tx: Transaction, user_id: str) -> Account:
    """Return an account that a link, a login or an actor names."""
    account = await accounts.get(tx, user_id)
    assert account is not None, "a link or an actor names an account that is there"
    return account


async def get_account(user_id: str) -> Account:
    """Return the account of somebody who has just signed in."""
    async with current().db.read() as tx:
        account = await accounts.get(tx, user_id)
    assert account is not None, "a login's account is there"
    return account


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
    if not acts_by_login(actor):
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
    runtime.entrances.end(lambda each: each.user_id == actor.user_id and acts_by_login(each))
    return started
