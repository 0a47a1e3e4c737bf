"""Logins of people in their browsers: start, list and end them."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import known_places, links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, Login
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.limits.creation_checks import end_unused_logins
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import Issued, hash_secret, new_secret

MAX_CLIENT_LENGTH = 200
"""Characters of a browser's user agent that are stored."""
SWEEP_SECONDS = 60.0
"""Seconds between two runs of `sweep_logins`: the delay with which what another process changes applies to open streams
and websockets here."""
_NO_WORKSPACE = "You are no longer a member of any workspace. Ask a workspace owner for an invitation."


async def start_login(
    tx: Transaction, account: Account, *, client: str, workspace_id: str = "", address: str = ""
) -> Issued[Login]:
    """Create a login for an account; beyond `max_logins_user`, the one that was not used for longest ends.

    Args:
        tx: The transaction.
        account: The account.
        client: The user agent of the browser.
        workspace_id: The workspace that the login starts in; the one that was joined first if it is "" or the account
            is not a member of it.
        address: The network address that the person connects from.

    Raises:
        Forbidden: The account is a member of no workspace.
    """
    memberships = {membership.workspace.id: membership for membership in await members.memberships(tx, account.id)}
    if not memberships:
        raise Forbidden(_NO_WORKSPACE, code="no_workspace")
    membership = memberships.get(workspace_id) or next(iter(memberships.values()))
    at = now()
    secret = new_secret()
    login = Login(
        id=new_id("lgn"),
        user_id=account.id,
        workspace_id=membership.workspace.id,
        client=_printable(client),
        created_at=at,
        used_at=at,
        expires_at=at + timedelta(days=current().settings.login_days),
    )
    await logins.insert(tx, login, token_hash=hash_secret(secret))
    ended = await end_unused_logins(tx, account.id)
    actor = build_actor(account, login.workspace_id, membership.role, login_id=login.id)
    subject = account.email or account.id
    await audit.record(
        tx, actor, AuditType.LOGIN_CREATED, subject=subject, client=login.client, address=address, ended=ended or None
    )
    return Issued(value=login, secret=secret)


def build_actor(account: Account, workspace_id: str, role: Role, *, login_id: str, scope: Scope = Scope.ADMIN) -> Actor:
    """Return the actor for an account in one of its workspaces.

    Args:
        account: The account.
        workspace_id: The workspace.
        role: The role of the account in the workspace.
        login_id: The id of the login or the token.
        scope: The scope of the token.
    """
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
    return "".join(character for character in client if character.isprintable())[:MAX_CLIENT_LENGTH]


def uses_browser_login(actor: Actor) -> bool:
    """Whether the actor signed in with a browser, and does not use an API token."""
    return actor.login_id is not None and actor.login_id.startswith("lgn_")


async def list_logins(actor: Actor) -> list[Login]:
    """Return the logins of the actor, newest first."""
    async with current().db.read() as tx:
        return await logins.all_of(tx, actor.user_id)


async def sign_out(actor: Actor, *, everywhere: bool = False) -> None:
    """End the login of the actor, or all their logins, and the open connections of these logins.

    Raises:
        Forbidden: The actor uses a token, which has no login of its own; with the scope `admin` it may end all logins
            of its person.
    """
    if everywhere:
        access.check_may_manage_own_account(actor)
    elif actor.uses_token:
        raise Forbidden("An API token has no login to end. Revoke the token instead.")
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
        end_browser_connections(actor.user_id)
    else:
        end_login_connections(actor.login_id)


def end_browser_connections(user_id: str) -> None:
    """End the open connections of a person's browsers, in all workspaces."""
    current().connections.end(lambda actor: actor.user_id == user_id and uses_browser_login(actor))


def end_login_connections(login_id: str | None) -> None:
    """End the open connections of a login or a token."""
    current().connections.end(lambda actor: actor.login_id is not None and actor.login_id == login_id)


async def sweep_logins() -> None:
    """Store which logins were used, delete what has expired, and end connections whose rights have changed.

    This process ends connections itself when it changes something; the sweep finds what other processes have changed.
    """
    runtime = current()
    at = now()
    used_after = at - timedelta(days=runtime.settings.login_idle_days)
    async with runtime.db.write() as tx:
        await logins.record_use(tx, runtime.connections.take_used_logins(), at=at)
        await logins.remove_ended(tx, at=at, used_before=used_after)
        await links.remove_expired(tx, at=at)
        await known_places.remove_unused(tx, used_before=at - timedelta(days=runtime.settings.known_place_days))
        asked = runtime.connections.open_logins()
        found = await logins.find_rights(tx, asked, at=at, used_after=used_after)

    def has_changed(actor: Actor) -> bool:
        if actor.login_id is None or actor.login_id not in asked:
            return False
        rights = logins.Rights(workspace_id=actor.workspace_id, role=actor.role, scope=actor.scope)
        return found.get(actor.login_id) != rights

    runtime.connections.end(has_changed)
