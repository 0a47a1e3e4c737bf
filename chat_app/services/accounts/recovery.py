"""Account recovery from the command line, while the server is stopped."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts
from chat_app.db.engine import Database
from chat_app.db.migrate import upgrade
from chat_app.domain.accounts import LinkPurpose, check_email
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.errors import NotFound
from chat_app.services.accounts.one_time_links import link_path
from chat_app.services.accounts.password_reset import replace_reset_link
from chat_app.services.accounts.tokens import remove_all_tokens
from chat_app.settings.application import Settings


async def create_reset_path(settings: Settings, email: str, *, revoke_tokens: bool = False) -> str:
    """Create a password reset link for an account and return its path and fragment.

    Args:
        settings: The settings of the installation, which no other process may use at the same time.
        email: E-mail address of the account.
        revoke_tokens: Whether to revoke the API tokens of the account, in all its workspaces.

    Raises:
        NotFound: There is no account with this address.
    """
    db = Database(settings.sqlalchemy_url, publish=lambda _: None)
    try:
        await upgrade(db)
        async with db.write() as tx:
            stored = await accounts.find_by_email(tx, check_email(email))
            if stored is None:
                raise NotFound("No account has this e-mail address.", code="account_not_found")
            if revoke_tokens:
                await remove_all_tokens(tx, stored.account.id, actor=None)
            issued = await replace_reset_link(
                tx,
                LOCAL_OWNER.workspace_id,
                stored.account.id,
                valid_for=timedelta(hours=settings.link_hours),
            )
    finally:
        await db.close()
    return link_path(LinkPurpose.RESET, issued.secret)
