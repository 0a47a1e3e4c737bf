"""Signing in at the provider: going there, and coming back."""

from __future__ import annotations

import logging
import secrets
import time

from chat_app.db import accounts
from chat_app.domain.accounts import Login
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import BadRequest, ChatAppError, NotFound, Unauthenticated, Unavailable
from chat_app.services import audit
from chat_app.services.accounts.logins import start_login
from chat_app.services.accounts.oidc.account_linking import find_account
from chat_app.services.accounts.oidc.authorization_response import PENDING_SECONDS, Answer
from chat_app.services.accounts.oidc.id_token import Claims, not_trusted
from chat_app.services.accounts.oidc.pending_sign_in import Pending
from chat_app.services.accounts.oidc.provider import Provider
from chat_app.services.limits.checks import check_sign_in_address
from chat_app.services.runtime import current

logger = logging.getLogger(__name__)

_BUSY = frozenset({"server_error", "temporarily_unavailable"})


async def say_who_may_be_first() -> None:
    """Say in the log when nobody can sign in and no setting names who may be the first."""
    runtime = current()
    if runtime.provider is None or runtime.settings.oidc_owner_email:
        return
    async with runtime.db.read() as tx:
        if not await accounts.anybody_can_sign_in(tx):
            logger.warning("nobody can sign in yet: set CHAT_APP_OIDC_OWNER_EMAIL to the address of the owner")


def provider() -> Provider:
    """Return the provider at which people sign in.

    Raises:
        NotFound: People sign in in another way.
    """
    found = current().provider
    if found is None:
        raise NotFound("People do not sign in at a provider here.", code="no_single_sign_on")
    return found


async def begin(*, redirect_uri: str, next_path: str, invitation: str | None = None) -> tuple[str, str]:
    """Begin to sign somebody in.

    Args:
        redirect_uri: Where the provider sends the browser back to.
        next_path: The path of this site to go to then.
        invitation: The secret of the invitation that they come with.

    Returns:
        Where the browser goes, and what it keeps meanwhile.

    Raises:
        NotFound: People sign in in another way.
        Unavailable: The provider can't be reached.
    """
    at = provider()
    pending = Pending(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        redirect_uri=redirect_uri,
        next=next_path,
        invitation=invitation,
        exp=int(time.time()) + PENDING_SECONDS,
    )
    return await at.authorization_url(pending), at.seal.close(pending)


def find_pending(sealed: str | None, answer: Answer) -> Pending:
    """Return the sign-in that a browser comes back from.

    Raises:
        BadRequest: This browser has begun none, or another, or too long ago.
    """
    pending = provider().seal.open(sealed) if sealed else None
    if pending is None or not secrets.compare_digest(pending.state.encode(), answer.state.encode()):
        raise BadRequest(
            "This sign-in was begun too long ago, or in another browser or tab. Sign in again.", code="sign_in_expired"
        )
    return pending


async def finish(pending: Pending, answer: Answer, *, client: str, address: str) -> tuple[Login, str]:
    """Sign somebody in who comes back from the provider.

    Args:
        pending: What they began.
        answer: What they come back with.
        client: What their browser calls itself.
        address: Where they connect from.

    Returns:
        The login and its secret, which only the browser keeps.

    Raises:
        Unauthenticated: They changed their mind, or the answer can't be trusted.
        Forbidden: They are not let in.
        Conflict: Their e-mail address is somebody else's.
        NotFound: Their invitation does not work any more.
        TooMany: There were too many tries.
        Unavailable: The provider can't be reached.
    """
    if answer.error or not answer.code:
        raise _refused(answer.error)
    await check_sign_in_address(address)
    claims = await provider().who(answer.code, pending, issuer=answer.issuer)
    runtime = current()
    try:
        async with runtime.db.write() as tx:
            account, workspace_id = await find_account(tx, claims, runtime.settings, invitation=pending.invitation)
            return await start_login(tx, account, client=client, workspace_id=workspace_id, address=address)
    except ChatAppError as error:
        await _record_failure(claims, error.code, address)
        raise


def _refused(error: str) -> ChatAppError:
    if error == "access_denied":
        return Unauthenticated("You were not signed in, because the provider was told not to.", code="sign_in_denied")
    logger.warning("the provider of single sign-on sent somebody back with %r", error[:100])
    if error in _BUSY:
        return Unavailable("The place where you sign in has a problem. Try again.", code="provider_unavailable")
    return not_trusted()


async def _record_failure(claims: Claims, why: str, address: str) -> None:
    """Note in the audit log of the first workspace that somebody whom the provider knows did not get in."""
    async with current().db.write() as tx:
        await audit.record(
            tx,
            None,
            AuditType.LOGIN_FAILED,
            subject=claims.email or claims.identity,
            workspace_id=LOCAL_OWNER.workspace_id,
            address=address,
            reason=why,
        )
