"""What whoever runs the server can do for somebody who can't get in any more, without starting it."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links
from chat_app.db.engine import Database
from chat_app.db.migrate import upgrade
from chat_app.domain.accounts import LinkPurpose, check_email
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.errors import NotFound
from chat_app.services.accounts.one_time_links import make_link, path_of
from chat_app.settings.application import Settings


async def make_reset_path(settings: Settings, email: str) -> str:
    """Make a link by which somebody chooses a new password; return its path and fragment.

    Args:
        settings: The installation's, which nobody else uses meanwhile.
        email: Of the account.

    Raises:
        NotFound: There is no account with this address.
    """
    db = Database(settings.sqlalchemy_url, publish=lambda _: None)
    try:
        await upgrade(db)
        async with db.write() as tx:
            found = await accounts.by_email(tx, check_email(email))
            if found is None:
                raise NotFound("There is no account with this address.", code="account_not_found")
            await links.remove_all(tx, purpose=LinkPurpose.RESET, user_id=found[0].id)
            _, secret = await make_link(
                tx,
                purpose=LinkPurpose.RESET,
                workspace_id=LOCAL_OWNER.workspace_id,
                lasts=timedelta(hours=settings.link_hours),
                user_id=found[0].id,
            )
    finally:
        await db.close()
    return path_of(LinkPurpose.RESET, secret)
