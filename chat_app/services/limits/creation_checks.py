"""Checks the limits on what people create besides messages: sessions, participants, workspaces, accounts and so on.

Rates are checked before the transaction, because Redis may have to be asked; numbers of rows are counted in it.
"""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, keys, links, logins, usage
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import LinkPurpose
from chat_app.domain.actor import Actor
from chat_app.domain.errors import Conflict, TooMany
from chat_app.services.limits.rates import Rate, limit_settings, owner_name, refused, take
from chat_app.services.runtime import now

NEW_ACCOUNT_RETRY_SECONDS = 10 * 60
"""Seconds after which to try again while too many accounts are new; which of them is the oldest is not looked up."""


async def take_session(actor: Actor) -> None:
    """Count a new session.

    Raises:
        TooMany: The actor or their workspace has created too many.
    """
    if (settings := limit_settings()) is not None:
        rates = (
            Rate("user", "minute", settings.sessions_per_minute_user),
            Rate("user", "hour", settings.sessions_per_hour_user),
            Rate("workspace", "hour", settings.sessions_per_hour_workspace),
        )
        await take("new_sessions", "new sessions", actor, rates)


async def check_sessions(tx: Transaction, actor: Actor) -> None:
    """Check that the actor and their workspace may have one more session.

    Raises:
        Conflict: The limit of one of them is reached.
    """
    settings = limit_settings()
    if settings is None:
        return
    advice = "Delete sessions that are no longer needed."
    if (limit := settings.max_sessions_user) and await usage.sessions_of(tx, actor.user_id) >= limit:
        raise refused(actor, _full(owner_name("user"), limit, "sessions", advice))
    if (limit := settings.max_sessions_workspace) and await usage.sessions_in(tx, actor.workspace_id) >= limit:
        raise refused(actor, _full(owner_name("workspace"), limit, "sessions", advice))


async def take_change(actor: Actor) -> None:
    """Count a change that adds an entry to the audit log.

    What removes something is not counted: it is limited by what was added before.

    Raises:
        TooMany: The actor has made too many changes.
    """
    if (settings := limit_settings()) is not None:
        await take("changes", "changes", actor, [Rate("user", "hour", settings.changes_per_hour_user)])


def check_participants(actor: Actor, *, number: int) -> None:
    """Check that a session may have this number of participants.

    Raises:
        Conflict: They are too many.
    """
    settings = limit_settings()
    if settings is not None and (limit := settings.max_participants_session) and number > limit:
        raise refused(actor, _full("This session has", limit, "participants", "Remove one first."))


async def take_workspace(actor: Actor) -> None:
    """Count a new workspace.

    Raises:
        TooMany: The actor has created too many.
    """
    if (settings := limit_settings()) is not None:
        rates = [Rate("user", "hour", settings.workspaces_per_hour_user)]
        await take("new_workspaces", "new workspaces", actor, rates)


async def check_workspaces(tx: Transaction, actor: Actor) -> None:
    """Check that the actor may own one more workspace.

    Raises:
        Conflict: The limit is reached.
    """
    settings = limit_settings()
    if settings is None or not (limit := settings.max_workspaces_user):
        return
    if await usage.workspaces_of(tx, actor.user_id) >= limit:
        advice = "Make somebody else the owner of one of them, or ask the administrator of this server."
        raise refused(actor, _full(owner_name("user"), limit, "workspaces", advice))


async def take_invitation(actor: Actor) -> None:
    """Count a new invitation.

    Raises:
        TooMany: The actor or the workspace has created too many.
    """
    if (settings := limit_settings()) is not None:
        rates = (
            Rate("user", "hour", settings.invitations_per_hour_user),
            Rate("workspace", "hour", settings.invitations_per_hour_workspace),
        )
        await take("new_invitations", "new invitations", actor, rates)


async def check_invitations(tx: Transaction, actor: Actor) -> None:
    """Check that the actor's workspace may have one more unused invitation.

    Raises:
        Conflict: The limit is reached.
    """
    settings = limit_settings()
    if settings is None or not (limit := settings.max_invitations_workspace):
        return
    if await links.count(tx, actor.workspace_id, purpose=LinkPurpose.INVITE, at=now()) >= limit:
        advice = "Revoke invitations that are no longer needed."
        raise refused(actor, _full(owner_name("workspace"), limit, "invitations", advice))


async def check_accounts(tx: Transaction) -> None:
    """Check that the installation may have one more account.

    The rate is counted in the database, so that it holds for all replicas: accounts are few, and new ones rare.

    Raises:
        TooMany: Too many accounts were created within the last hour.
        Conflict: The installation has too many accounts.
    """
    settings = limit_settings()
    if settings is None:
        return
    if (limit := settings.accounts_per_hour) and await accounts.count(tx, since=now() - timedelta(hours=1)) >= limit:
        text = f"This server has reached the limit of {limit:,} new accounts per hour. Try again later."
        raise refused(None, TooMany(text, retry_after=NEW_ACCOUNT_RETRY_SECONDS, code="too_many_new_accounts"))
    if (limit := settings.max_accounts) and await accounts.count(tx) >= limit:
        raise refused(None, _full("This server has", limit, "accounts", "Ask the administrator of this server."))


async def check_tokens(tx: Transaction, actor: Actor) -> None:
    """Check that the actor may have one more API token.

    Raises:
        Conflict: The limit is reached.
    """
    settings = limit_settings()
    if settings is None or not (limit := settings.max_tokens_user):
        return
    if await logins.count_tokens(tx, actor.user_id) >= limit:
        raise refused(actor, _full(owner_name("user"), limit, "tokens", "Revoke one first."))


async def check_keys(tx: Transaction, actor: Actor) -> None:
    """Check that the actor's workspace may have one more provider key.

    Raises:
        Conflict: The limit is reached.
    """
    settings = limit_settings()
    if settings is None or not (limit := settings.max_keys_workspace):
        return
    if await keys.count(tx, actor.workspace_id) >= limit:
        raise refused(actor, _full(owner_name("workspace"), limit, "keys", "Remove one first."))


async def end_unused_logins(tx: Transaction, user_id: str) -> int:
    """End the logins of a person beyond the limit, the least recently used first; return their number.

    `sweep_logins` ends their open connections.
    """
    settings = limit_settings()
    if settings is None or not (limit := settings.max_logins_user):
        return 0
    return await logins.remove_unused(tx, user_id, keep=limit)


def _full(owner: str, limit: int, noun: str, advice: str) -> Conflict:
    return Conflict(f"{owner} reached the limit of {limit:,} {noun}. {advice}", code=f"too_many_{noun}")
