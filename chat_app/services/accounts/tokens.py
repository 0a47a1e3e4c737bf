"""API tokens, with which programs act for a person."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import logins
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import MAX_TOKEN_DAYS, ApiToken, check_name
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden, Invalid, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.logins import end_login_connections
from chat_app.services.limits.creation_checks import check_tokens, take_change
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import API_TOKEN_PREFIX, Issued, hash_secret, new_secret


async def list_tokens(actor: Actor) -> list[ApiToken]:
    """Return the actor's tokens for their workspace, newest first."""
    async with current().db.read() as tx:
        return await logins.tokens_of(tx, actor.user_id, workspace_id=actor.workspace_id)


async def create_token(actor: Actor, *, name: str, scope: Scope, days: int | None = 90) -> Issued[ApiToken]:
    """Create a token.

    Args:
        actor: The person for whom programs act with the token.
        name: Name of the token, e.g. what it is used for.
        scope: What the token may be used for; the role of the actor still applies.
        days: Days for which the token is valid, 1 to `MAX_TOKEN_DAYS`; None means that it never expires.

    Raises:
        Forbidden: The actor uses a token with a narrower scope, or their role does not allow the scope.
        Invalid: The name or the number of days breaks a rule.
        Conflict: The actor has too many tokens.
        TooMany: The actor has made too many changes.
    """
    access.check_may_manage_own_account(actor)
    if scope == Scope.ADMIN and not actor.role.at_least(Role.ADMIN):
        raise Forbidden("Only owners and admins can create a token with the scope 'admin'.")
    if days is not None and not 1 <= days <= MAX_TOKEN_DAYS:
        raise Invalid(
            f"A token can be valid for 1 to {MAX_TOKEN_DAYS:,} days, or without an expiry date.", code="invalid_days"
        )
    at = now()
    secret = new_secret(API_TOKEN_PREFIX)
    token = ApiToken(
        id=new_id("tok"),
        user_id=actor.user_id,
        workspace_id=actor.workspace_id,
        name=check_name(name),
        scope=scope,
        created_at=at,
        expires_at=None if days is None else at + timedelta(days=days),
        used_at=None,
    )
    await take_change(actor)
    async with current().db.write() as tx:
        await check_tokens(tx, actor)
        await logins.insert_token(tx, token, token_hash=hash_secret(secret))
        await audit.record(tx, actor, AuditType.TOKEN_CREATED, subject=token.name, scope=scope.value, days=days)
    return Issued(value=token, secret=secret)


async def revoke_token(actor: Actor, token_id: str) -> None:
    """Revoke a token and end its open connections.

    Raises:
        NotFound: The actor has no such token.
        Forbidden: The scope of the actor's token is too narrow; any token may revoke itself.
    """
    async with current().db.write() as tx:
        token = await logins.get_token(tx, token_id)
        if token is None or (token.user_id, token.workspace_id) != (actor.user_id, actor.workspace_id):
            raise NotFound("Token not found.", code="token_not_found")
        if token_id != actor.login_id:
            access.check_may_manage_own_account(actor)
        await logins.remove_token(tx, token_id)
        await audit.record(tx, actor, AuditType.TOKEN_REVOKED, subject=token.name)
    end_login_connections(token_id)


async def revoke_own_token(actor: Actor) -> None:
    """Revoke the token that the actor uses, whatever its scope.

    Raises:
        NotFound: The actor does not use a token.
    """
    if actor.login_id is None or not actor.uses_token:
        raise NotFound("This request does not use a token.", code="token_not_found")
    await revoke_token(actor, actor.login_id)


async def count_all_tokens(actor: Actor) -> int:
    """Return the number of the actor's tokens in all their workspaces."""
    async with current().db.read() as tx:
        return await logins.count_tokens(tx, actor.user_id)


async def revoke_all_tokens(actor: Actor) -> int:
    """Revoke the actor's tokens in all their workspaces, and end their open connections.

    Returns:
        The number of tokens.

    Raises:
        Forbidden: The scope of the actor's token is too narrow.
    """
    access.check_may_manage_own_account(actor)
    async with current().db.write() as tx:
        revoked = await remove_all_tokens(tx, actor.user_id, actor=actor)
    end_token_connections(actor.user_id)
    return revoked


async def remove_all_tokens(tx: Transaction, user_id: str, *, actor: Actor | None) -> int:
    """Delete the tokens of an account in all its workspaces, and record each in the audit log of its workspace.

    Args:
        tx: The transaction.
        user_id: Id of the account.
        actor: Who revokes them; None when nobody is signed in.

    Returns:
        The number of tokens.
    """
    tokens = await logins.all_tokens_of(tx, user_id)
    await logins.remove_all_tokens(tx, user_id)
    for token in tokens:
        await audit.record(
            tx, actor, AuditType.TOKEN_REVOKED, subject=token.name, workspace_id=token.workspace_id, person=user_id
        )
    return len(tokens)


def end_token_connections(user_id: str) -> None:
    """End the open connections of a person's programs, in all workspaces."""
    current().connections.end(lambda actor: actor.user_id == user_id and actor.uses_token)
