"""First set-up: gives the local owner a name, an address and a password."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links
from chat_app.domain.accounts import (
    LinkPurpose,
    Login,
    check_email,
    check_name,
    check_password,
)
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.services.accounts.account import require_account
from chat_app.services.accounts.logins import start_login
from chat_app.services.accounts.one_time_links import make_link, path_of, require_link
from chat_app.services.accounts.passwords import check_passwords_used, hash_password
from chat_app.services.runtime import current


async def issue_set_up_link() -> str | None:
    """Make the link by which the first owner chooses a password; None when there is no need for one.

    It takes the place of an earlier one, so that a lost terminal loses nothing but the link.

    Returns:
        Path and fragment of the link.
    """
    runtime = current()
    if runtime.settings.auth != "password":
        return None
    async with runtime.db.write() as tx:
        if await accounts.anybody_can_sign_in(tx):
            return None
        await links.remove_all(tx, purpose=LinkPurpose.SET_UP)
        _, secret = await make_link(
            tx,
            purpose=LinkPurpose.SET_UP,
            workspace_id=LOCAL_OWNER.workspace_id,
            lasts=timedelta(hours=runtime.settings.link_hours),
        )
    return path_of(LinkPurpose.SET_UP, secret)


async def needs_set_up() -> bool:
    """Whether nobody can sign in yet."""
    async with current().db.read() as tx:
        return not await accounts.anybody_can_sign_in(tx)


async def set_up_installation(
    secret: str, *, name: str, email: str, password: str, client: str = ""
) -> tuple[Login, str]:
    """Give the local owner an address and a password: everything that was there before is theirs.

    Returns:
        Their first login and its secret.

    Raises:
        NotFound: The link does not work any more.
        Invalid: Something breaks a rule.
        Forbidden: People do not sign in with a password here.
    """
    check_passwords_used()
    name, email, password = check_name(name), check_email(email), check_password(password)
    hashed = await hash_password(password)
    async with current().db.write() as tx:
        await require_link(tx, secret, LinkPurpose.SET_UP)
        await accounts.change(tx, LOCAL_OWNER.user_id, name=name, email=email, password_hash=hashed)
        await links.remove_all(tx, purpose=LinkPurpose.SET_UP)
        return await start_login(tx, await require_account(tx, LOCAL_OWNER.user_id), client=client)
