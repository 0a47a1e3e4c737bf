"""Tokens with which programs act for a person."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import logins
from chat_app.domain.accounts import MAX_TOKEN_DAYS, ApiToken, check_name
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import API_TOKEN_PREFIX, hash_secret, new_secret

MAX_TOKENS = 100
"""Tokens that a person may have in one workspace."""


async def list_tokens(actor: Actor) -> list[ApiToken]:
    """Return the actor's tokens for their workspace, newest first."""
    async with current().db.read() as tx:
        return await logins.tokens_of(tx, actor.user_id, workspace_id=actor.workspace_id)


async def make_token(actor: Actor, *, name: str, scope: Scope, days: int | None = 90) -> tuple[ApiToken, str]:
    """Make a token; return it and its secret, which is shown once.

    Args:
        actor: For whom programs will act with it.
        name: What it is for.
        scope: What it may be used for; never for more than the actor's role allows.
        days: How long it works, 1 to `MAX_TOKEN_DAYS`; None is for ever.

    Raises:
        Forbidden: The actor came in by a token with a lesser scope, or their role has no use for the scope.
        Invalid: Name or days break a rule.
        Conflict: There are too many.
    """
    access.check_may_manage_own_account(actor)
    if scope == Scope.ADMIN and not actor.role.at_least(Role.ADMIN):
        raise Forbidden("Only owners and admins have a use for a token with the scope 'admin'.")
    if days is not None and not 1 <= days <= MAX_TOKEN_DAYS:
        raise Invalid(f"A token works 1 to {MAX_TOKEN_DAYS} days, or for ever.", code="invalid_days")
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
    async with current().db.write() as tx:
        if len(await logins.tokens_of(tx, actor.user_id, workspace_id=actor.workspace_id)) >= MAX_TOKENS:
            raise Conflict(f"You have {MAX_TOKENS} tokens already. Revoke one first.", code="too_many_tokens")
        await logins.insert_token(tx, token, token_hash=hash_secret(secret))
        await audit.record(tx, actor, AuditType.TOKEN_CREATED, subject=token.name, scope=scope.value, days=days)
    return token, secret


async def revoke_token(actor: Actor, token_id: str) -> None:
    """End a token; what is open through it ends with it.

    Raises:
        NotFound: The actor has no such token.
    """
    runtime = current()
    async with runtime.db.write() as tx:
        token = await logins.get_token(tx, token_id)
        if token is None or (token.user_id, token.workspace_id) != (actor.user_id, actor.workspace_id):
            raise NotFound("There is no such token.", code="token_not_found")
        if token_id != actor.login_id:
            access.check_may_manage_own_account(actor)
        await logins.remove_token(tx, token_id)
        await audit.record(tx, actor, AuditType.TOKEN_REVOKED, subject=token.name)
    runtime.connections.end(lambda each: each.login_id == token_id)


async def revoke_own_token(actor: Actor) -> None:
    """End the token by which the actor came in, whatever its scope.

    Raises:
        NotFound: They came in by no token.
    """
    if actor.login_id is None or not actor.login_id.startswith("tok_"):
        raise NotFound("You did not come in by a token.", code="token_not_found")
    await revoke_token(actor, actor.login_id)
