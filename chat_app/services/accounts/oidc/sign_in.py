"""Single sign-on: redirects a browser to the provider, and signs the person in when the browser returns."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass

from chat_app.db import accounts
from chat_app.domain.accounts import Login
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import BadRequest, ChatAppError, NotFound, Unauthenticated, Unavailable
from chat_app.services import audit
from chat_app.services.accounts.logins import start_login
from chat_app.services.accounts.oidc.account_linking import resolve_account
from chat_app.services.accounts.oidc.authorization_response import PENDING_SECONDS, AuthorizationResponse
from chat_app.services.accounts.oidc.errors import sign_in_failed
from chat_app.services.accounts.oidc.id_token import Claims
from chat_app.services.accounts.oidc.pending_sign_in import PendingSignIn
from chat_app.services.accounts.oidc.provider import Provider
from chat_app.services.limits.checks import check_sign_in_address
from chat_app.services.runtime import current
from chat_app.services.secrets.hashed_secrets import Issued

logger = logging.getLogger(__name__)

_BUSY = frozenset({"server_error", "temporarily_unavailable"})
"""Error codes with which a provider reports a temporary problem (RFC 6749, 4.1.2.1)."""


@dataclass(frozen=True, kw_only=True)
class StartedSignIn:
    """A sign-in that was just started."""

    url: str
    """The address at the provider to open."""
    cookie: str
    """The encrypted `PendingSignIn`, which the browser keeps in a cookie."""


async def warn_about_missing_owner() -> None:
    """Log a warning if nobody can sign in yet and no setting names the owner."""
    runtime = current()
    if runtime.provider is None or runtime.settings.oidc_owner_email:
        return
    async with runtime.db.read() as tx:
        if not await accounts.can_anybody_sign_in(tx):
            logger.warning("nobody can sign in yet: set CHAT_APP_OIDC_OWNER_EMAIL to the owner's e-mail address")


def require_provider() -> Provider:
    """Return the provider at which people sign in.

    Raises:
        NotFound: This server does not use single sign-on.
    """
    provider = current().provider
    if provider is None:
        raise NotFound("This server does not use single sign-on.", code="no_single_sign_on")
    return provider


async def start_sign_in(*, redirect_uri: str, next_path: str, invitation: str | None = None) -> StartedSignIn:
    """Start a sign-in at the provider.

    Args:
        redirect_uri: The address of this server to which the provider redirects the browser.
        next_path: The path of this site to open after the sign-in.
        invitation: The secret of the invitation that the person opened.

    Raises:
        NotFound: This server does not use single sign-on.
        Unavailable: The provider cannot be reached.
        ConfigError: The provider's metadata cannot be used.
    """
    provider = require_provider()
    pending = PendingSignIn(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        redirect_uri=redirect_uri,
        next=next_path,
        invitation=invitation,
        exp=int(time.time()) + PENDING_SECONDS,
    )
    return StartedSignIn(url=await provider.authorization_url(pending), cookie=provider.cipher.encrypt(pending))


def require_pending(cookie: str | None, response: AuthorizationResponse) -> PendingSignIn:
    """Return the pending sign-in that an authorization response belongs to.

    Args:
        cookie: The encrypted pending sign-in of the browser.
        response: The response of the provider.

    Raises:
        BadRequest: The browser has no pending sign-in, another one, or one that has expired.
    """
    pending = require_provider().cipher.decrypt(cookie) if cookie else None
    if pending is None or not secrets.compare_digest(pending.state.encode(), response.state.encode()):
        raise BadRequest(
            "This sign-in has expired, or was started in another browser or tab. Sign in again.",
            code="sign_in_expired",
        )
    return pending


async def finish_sign_in(
    pending: PendingSignIn, response: AuthorizationResponse, *, client: str, address: str
) -> Issued[Login]:
    """Sign in a person who returns from the provider.

    Args:
        pending: The pending sign-in.
        response: The response of the provider.
        client: The user agent of the browser.
        address: The network address that the person connects from.

    Raises:
        Unauthenticated: The person cancelled, or the response cannot be trusted.
        Forbidden: The person may not sign in.
        Conflict: Their e-mail address belongs to another person's account.
        NotFound: Their invitation is no longer valid.
        TooMany: There were too many attempts.
        Unavailable: The provider cannot be reached.
    """
    if response.error or not response.code:
        raise _provider_error(response.error)
    await check_sign_in_address(address)
    claims = await require_provider().fetch_claims(response.code, pending, issuer=response.issuer)
    runtime = current()
    try:
        async with runtime.db.write() as tx:
            resolved = await resolve_account(tx, claims, runtime.settings, invitation=pending.invitation)
            return await start_login(
                tx, resolved.account, client=client, workspace_id=resolved.workspace_id, address=address
            )
    except ChatAppError as error:
        await _record_failure(claims, error.code, address)
        raise


def _provider_error(error: str) -> ChatAppError:
    """Return the error for an error code of the provider."""
    provider = require_provider().name
    if error == "access_denied":
        return Unauthenticated(f"Sign-in with {provider} was cancelled.", code="sign_in_denied")
    if error in _BUSY:
        logger.warning("the single sign-on provider returned the error %r", error)
        return Unavailable(f"{provider} is temporarily unavailable. Try again.", code="provider_unavailable")
    return sign_in_failed(provider, f"the provider returned the error {error[:100]!r}")


async def _record_failure(claims: Claims, reason: str, address: str) -> None:
    """Record in the audit log of the first workspace that a person known to the provider could not sign in."""
    async with current().db.write() as tx:
        await audit.record(
            tx,
            None,
            AuditType.LOGIN_FAILED,
            subject=claims.email or claims.identity,
            workspace_id=LOCAL_OWNER.workspace_id,
            address=address,
            reason=reason,
        )
