"""Whose account it is that somebody signs in to who is known at the provider, and who gets one."""

from __future__ import annotations

from chat_app.db import accounts, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account
from chat_app.domain.actor import LOCAL_OWNER, Role
from chat_app.domain.errors import Conflict, Forbidden
from chat_app.domain.ids import new_id
from chat_app.services.accounts.invitations import find_invitation, use_invitation
from chat_app.services.accounts.members import add_member
from chat_app.services.accounts.oidc.id_token import Claims
from chat_app.services.runtime import now
from chat_app.settings.oidc import OidcSettings


async def find_account(
    tx: Transaction, claims: Claims, settings: OidcSettings, *, invitation: str | None
) -> tuple[Account, str]:
    """Return the account of somebody, made or joined to what is known where that is allowed; and where they act.

    Args:
        tx: The transaction.
        claims: Who they are at the provider.
        settings: Who is let in.
        invitation: The secret of the invitation that they came with.

    Returns:
        The account, and the workspace that they joined just now or "".

    Raises:
        Forbidden: They are not let in.
        Conflict: Their address is somebody else's.
        NotFound: The invitation does not work any more.
    """
    check_domain(claims, settings)
    known = await _find_known(tx, claims, settings)
    if invitation is None:
        if known is None:
            return await _join_by_rule(tx, claims, settings), ""
        return known, ""
    link = await find_invitation(tx, invitation)
    account = known or await _new_account(tx, claims)
    if await members.get(tx, link.workspace_id, account.id) is None:
        await use_invitation(tx, link, account)
    return account, link.workspace_id


def check_domain(claims: Claims, settings: OidcSettings) -> None:
    """Check that somebody's address is of a domain that is let in.

    Raises:
        Forbidden: It is not, or is not verified.
    """
    domains = {domain.lower().lstrip("@") for domain in settings.oidc_allowed_domains}
    if not domains:
        return
    if claims.email is None:
        raise _no_address(claims)
    if claims.email.rpartition("@")[2] not in domains:
        raise Forbidden("Addresses of this domain are not let in here.", code="domain_not_allowed")


async def _find_known(tx: Transaction, claims: Claims, settings: OidcSettings) -> Account | None:
    account = await accounts.by_identity(tx, claims.identity)
    if account is not None or claims.email is None:
        return account
    found = await accounts.by_email(tx, claims.email)
    if found is not None:
        if await accounts.identity(tx, found[0].id) is not None:
            raise Conflict(
                "Somebody else at the provider signs in here with your e-mail address. Ask whoever runs this server.",
                code="email_taken",
            )
        await accounts.change(tx, found[0].id, identity=claims.identity)
        return found[0]
    is_owner = claims.email == (settings.oidc_owner_email or "").strip().lower()
    if is_owner and not await accounts.anybody_can_sign_in(tx):
        await accounts.change(tx, LOCAL_OWNER.user_id, name=claims.name, email=claims.email, identity=claims.identity)
        return await accounts.get(tx, LOCAL_OWNER.user_id)
    return None


async def _join_by_rule(tx: Transaction, claims: Claims, settings: OidcSettings) -> Account:
    if claims.email is None and claims.has_email:
        raise _no_address(claims)
    if settings.oidc_join_role is None:
        raise Forbidden("Nobody has invited you yet. Ask an owner for an invitation.", code="not_invited")
    if claims.email is None:
        raise _no_address(claims)
    account = await _new_account(tx, claims)
    await add_member(tx, account, LOCAL_OWNER.workspace_id, role=Role(settings.oidc_join_role))
    return account


async def _new_account(tx: Transaction, claims: Claims) -> Account:
    account = Account(id=new_id("usr"), name=claims.name, email=claims.email, created_at=now())
    await accounts.insert(tx, account, password_hash=None, identity=claims.identity)
    return account


def _no_address(claims: Claims) -> Forbidden:
    if claims.has_email:
        return Forbidden(
            "The provider has not verified your e-mail address. Verify it there and sign in again.",
            code="email_not_verified",
        )
    return Forbidden(
        "The provider does not say your e-mail address. Ask whoever runs this server.", code="email_missing"
    )
