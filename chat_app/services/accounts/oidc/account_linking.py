"""Links identities of the provider to accounts: finds, connects or creates the account of a person who signs in."""

from __future__ import annotations

from dataclasses import dataclass

from chat_app.db import accounts, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account
from chat_app.domain.actor import LOCAL_OWNER, Role
from chat_app.domain.errors import Conflict, Forbidden
from chat_app.domain.ids import new_id
from chat_app.services.accounts.invitations import require_invitation, use_invitation
from chat_app.services.accounts.members import add_member
from chat_app.services.accounts.names import tell_apart
from chat_app.services.accounts.oidc.id_token import Claims
from chat_app.services.limits.creation_checks import check_accounts
from chat_app.services.runtime import now
from chat_app.settings.oidc import OidcSettings


@dataclass(frozen=True, kw_only=True)
class ResolvedAccount:
    """The account of a person who signs in, and the workspace to start in."""

    account: Account
    workspace_id: str
    """The workspace of the invitation that the person opened, or ""."""


async def resolve_account(
    tx: Transaction, claims: Claims, settings: OidcSettings, *, invitation: str | None
) -> ResolvedAccount:
    """Return the account of a person, after connecting or creating it where the settings allow that.

    Args:
        tx: The transaction.
        claims: What the provider states about the person.
        settings: The settings of single sign-on.
        invitation: The secret of the invitation that the person opened.

    Raises:
        Forbidden: The person may not sign in.
        Conflict: Their e-mail address belongs to another person's account, or there are too many accounts.
        NotFound: The invitation is no longer valid.
        TooMany: There are too many new accounts.
    """
    check_domain(claims, settings)
    known = await _find_known(tx, claims, settings)
    if invitation is None:
        account = known or await _join_by_rule(tx, claims, settings)
        return ResolvedAccount(account=account, workspace_id="")
    link = await require_invitation(tx, invitation)
    account = known or await _create_account(tx, claims)
    if await members.get(tx, link.workspace_id, account.id) is None:
        account = await tell_apart(tx, account, link.workspace_id)
        await use_invitation(tx, link, account)
    return ResolvedAccount(account=account, workspace_id=link.workspace_id)


def check_domain(claims: Claims, settings: OidcSettings) -> None:
    """Check that the domain of a person's e-mail address is allowed.

    Raises:
        Forbidden: The domain is not allowed, or the address is missing or not verified.
    """
    domains = {domain.lower().lstrip("@") for domain in settings.oidc_allowed_domains}
    if not domains:
        return
    if claims.email is None:
        raise _no_verified_address(claims)
    if claims.email.rpartition("@")[2] not in domains:
        raise Forbidden("Your e-mail domain is not allowed to sign in here.", code="domain_not_allowed")


async def _find_known(tx: Transaction, claims: Claims, settings: OidcSettings) -> Account | None:
    """Return the account with the identity; else the one with the verified address, which gets the identity."""
    account = await accounts.find_by_identity(tx, claims.identity)
    if account is not None or claims.email is None:
        return account
    stored = await accounts.find_by_email(tx, claims.email)
    if stored is not None:
        if stored.identity is not None:
            raise Conflict(
                "Your e-mail address is used by another person's account. Ask the administrator of this server.",
                code="email_taken",
            )
        await accounts.update_columns(tx, stored.account.id, identity=claims.identity)
        return stored.account
    is_owner = claims.email == (settings.oidc_owner_email or "").strip().lower()
    if is_owner and not await accounts.can_anybody_sign_in(tx):
        await accounts.update_columns(
            tx, LOCAL_OWNER.user_id, name=claims.name, email=claims.email, identity=claims.identity
        )
        return await accounts.get(tx, LOCAL_OWNER.user_id)
    return None


async def _join_by_rule(tx: Transaction, claims: Claims, settings: OidcSettings) -> Account:
    """Create an account for a person without an invitation, with the role that the settings name."""
    if claims.email is None and claims.has_email:
        raise _no_verified_address(claims)
    if settings.oidc_join_role is None:
        raise Forbidden("You have not been invited yet. Ask a workspace owner for an invitation.", code="not_invited")
    if claims.email is None:
        raise _no_verified_address(claims)
    account = await _create_account(tx, claims)
    account = await tell_apart(tx, account, LOCAL_OWNER.workspace_id)
    await add_member(tx, account, LOCAL_OWNER.workspace_id, role=Role(settings.oidc_join_role))
    return account


async def _create_account(tx: Transaction, claims: Claims) -> Account:
    await check_accounts(tx)
    account = Account(id=new_id("usr"), name=claims.name, email=claims.email, created_at=now())
    await accounts.insert(tx, account, password_hash=None, identity=claims.identity)
    return account


def _no_verified_address(claims: Claims) -> Forbidden:
    if claims.has_email:
        return Forbidden(
            "Your e-mail address is not verified with the provider. Verify it there, then sign in again.",
            code="email_not_verified",
        )
    return Forbidden(
        "The provider does not share your e-mail address. Ask the administrator of this server.",
        code="email_missing",
    )
