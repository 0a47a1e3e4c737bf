"""Password reset by a one-time link that an owner creates."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links, logins
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Link, LinkPurpose, check_password
from chat_app.domain.actor import Actor
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden
from chat_app.services import access, audit
from chat_app.services.accounts.account import require_account
from chat_app.services.accounts.logins import end_browser_connections
from chat_app.services.accounts.members import require_member
from chat_app.services.accounts.one_time_links import check_link, create_link, hash_for_link, require_link
from chat_app.services.accounts.passwords import check_passwords_enabled
from chat_app.services.accounts.places import NOWHERE, Place, StartedLogin, start_known_login
from chat_app.services.accounts.tokens import end_token_connections, remove_all_tokens
from chat_app.services.runtime import current
from chat_app.services.secrets.hashed_secrets import Issued


async def create_reset_link(actor: Actor, user_id: str) -> Issued[Link]:
    """Create a link with which a member can choose a new password.

    Anybody who has the link can sign in as the member, in all their workspaces. Therefore only owners may create one,
    and only for members who belong to no other workspace. Both must still hold when the link is used.

    Raises:
        Forbidden: The actor is not an owner or uses a token for their own account, the member belongs to other
            workspaces too, or this server uses single sign-on.
        NotFound: There is no such member.
    """
    access.check_may_create_reset_link(actor, user_id)
    async with current().db.write() as tx:
        member = await require_member(tx, actor, user_id)
        if not await access.belongs_only_to(tx, user_id, member.workspace_id):
            raise Forbidden(
                "This member belongs to other workspaces too. The administrator of this server can create the link "
                "with: chat-app users reset."
            )
        check_passwords_enabled()
        return await replace_reset_link(
            tx,
            member.workspace_id,
            user_id,
            valid_for=timedelta(hours=current().settings.link_hours),
            created_by=actor.user_id,
        )


async def replace_reset_link(
    tx: Transaction, workspace_id: str, user_id: str, *, valid_for: timedelta, created_by: str | None = None
) -> Issued[Link]:
    """Create a reset link for an account, and delete its earlier ones.

    Args:
        tx: The transaction.
        workspace_id: The workspace in whose audit log the reset is recorded.
        user_id: Id of the account.
        valid_for: How long the link is valid.
        created_by: Id of the account that creates the link; None for the command line.
    """
    await links.remove_all(tx, purpose=LinkPurpose.RESET, user_id=user_id)
    return await create_link(
        tx,
        purpose=LinkPurpose.RESET,
        workspace_id=workspace_id,
        valid_for=valid_for,
        user_id=user_id,
        created_by=created_by,
    )


async def reset_password(
    secret: str, *, password: str, revoke_tokens: bool = False, place: Place = NOWHERE
) -> StartedLogin:
    """Choose a new password with a link and sign in; all earlier logins of the account end.

    Args:
        secret: The secret of the link.
        password: The new password.
        revoke_tokens: Whether to revoke the API tokens of the account as well, in all its workspaces.
        place: Where the person is.

    Raises:
        NotFound: The link is no longer valid, or its maker may no longer reset this account.
        Invalid: The password breaks a rule.
        Forbidden: This server uses single sign-on, or the person is a member of no workspace.
        TooMany: There were too many attempts with wrong links, or with this one.
        Unavailable: Too many passwords wait to be hashed.
    """
    check_passwords_enabled()
    runtime = current()
    password = check_password(password)
    link = await check_link(secret, LinkPurpose.RESET, address=place.address)
    password_hash = await hash_for_link(link, password)
    async with runtime.db.write() as tx:
        link = await require_link(tx, secret, LinkPurpose.RESET)
        assert link.user_id is not None, "a reset link names an account"
        await accounts.update_columns(tx, link.user_id, password_hash=password_hash)
        await links.remove_all(tx, purpose=LinkPurpose.RESET, user_id=link.user_id)
        await logins.remove_all(tx, link.user_id)
        account = await require_account(tx, link.user_id)
        subject = account.email or account.id
        await audit.record(tx, None, AuditType.PASSWORD_CHANGED, subject=subject, workspace_id=link.workspace_id)
        if revoke_tokens:
            await remove_all_tokens(tx, account.id, actor=None)
        started = await start_known_login(tx, account, place, forget_others=True)
    end_browser_connections(link.user_id)
    if revoke_tokens:
        end_token_connections(link.user_id)
    return started
