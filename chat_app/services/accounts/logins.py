"""Logins: the browsers that people are signed in with."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import (
    Account,
    Login,
)
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden
from chat_app.domain.ids import new_id
from chat_app.services import audit
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import hash_secret, new_secret

CLIENT_LENGTH = 200
"""Characters that are kept of what a browser calls itself."""


SWEEP_SECONDS = 60.0
"""Seconds between two looks at what is open: what another process ended, ends here within them."""


_NO_WORKSPACE = "You belong to no workspace any more. Ask an owner for an invitation."


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
    actor = build_actor(account, login.workspace_id, here.role, login_id=login.id)
    await audit.record(
        tx, actor, AuditType.LOGIN_CREATED, subject=account.email or account.id, client=login.client, address=address
    )
    return login, secret


def build_actor(account: Account, workspace_id: str, role: Role, *, login_id: str, scope: Scope = Scope.ADMIN) -> Actor:
    """Return the actor that an account is in a workspace."""
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
        runtime.entrances.end(lambda each: each.user_id == actor.user_id and acts_by_login(each))
    else:
        runtime.entrances.end(lambda each: each.login_id is not None and each.login_id == actor.login_id)


def acts_by_login(actor: Actor) -> bool:
    """Whether the actor signed in with a browser, and not with a token."""
    return actor.login_id is not None and actor.login_id.startswith("lgn_")


async def list_logins(actor: Actor) -> list[Login]:
    """Return the browsers that the actor is signed in with, newest first."""
    async with current().db.read() as tx:
        return await logins.all_of(tx, actor.user_id)


async def sweep_logins() -> None:
    """Note which logins were used, delete what has expired, and end what is open through it."""
    runtime = current()
    at = now()
    used_after = at - timedelta(days=runtime.settings.login_idle_days)
    async with runtime.db.write() as tx:
        await logins.touch(tx, runtime.entrances.take_used(), at=at)
        await logins.remove_ended(tx, at=at, used_before=used_after)
        await links.remove_expired(tx, at=at)
        alive = await logins.alive(tx, runtime.entrances.logins(), at=at, used_after=used_after)
    runtime.entrances.end(lambda each: each.login_id is not None and each.login_id not in alive)
