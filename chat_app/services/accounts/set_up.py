"""Set-up of a new installation: a one-time link for the first owner, who chooses a name, an address and a password."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links
from chat_app.domain.accounts import LinkPurpose, check_email, check_name, check_password
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.services.accounts.account import require_account
from chat_app.services.accounts.one_time_links import (
    check_link,
    create_link,
    hash_for_link,
    link_path,
    require_link,
)
from chat_app.services.accounts.passwords import check_passwords_enabled
from chat_app.services.accounts.places import NOWHERE, Place, StartedLogin, start_known_login
from chat_app.services.runtime import current


async def issue_set_up_link() -> str | None:
    """Create the link for set-up, which replaces an earlier one.

    Returns:
        Path and fragment of the link; None if somebody can sign in already, or people do not sign in with a password.
    """
    runtime = current()
    if runtime.settings.auth != "password":
        return None
    async with runtime.db.write() as tx:
        if await accounts.can_anybody_sign_in(tx):
            return None
        await links.remove_all(tx, purpose=LinkPurpose.SET_UP)
        issued = await create_link(
            tx,
            purpose=LinkPurpose.SET_UP,
            workspace_id=LOCAL_OWNER.workspace_id,
            valid_for=timedelta(hours=runtime.settings.link_hours),
        )
    return link_path(LinkPurpose.SET_UP, issued.secret)


async def needs_set_up() -> bool:
    """Whether nobody can sign in yet."""
    async with current().db.read() as tx:
        return not await accounts.can_anybody_sign_in(tx)


async def set_up_installation(
    secret: str, *, name: str, email: str, password: str, place: Place = NOWHERE
) -> StartedLogin:
    """Turn the local owner into an account with an address and a password, which keeps all existing data.

    Args:
        secret: The secret of the link for set-up.
        name: Name of the owner.
        email: E-mail address of the owner.
        password: The password that they chose.
        place: Where they are.

    Raises:
        NotFound: The link is no longer valid.
        Invalid: The name, the address or the password breaks a rule.
        Forbidden: This server uses single sign-on.
        TooMany: There were too many attempts with wrong links, or with this one.
        Unavailable: Too many passwords wait to be hashed.
    """
    check_passwords_enabled()
    name, email, password = check_name(name), check_email(email), check_password(password)
    link = await check_link(secret, LinkPurpose.SET_UP, address=place.address)
    password_hash = await hash_for_link(link, password)
    async with current().db.write() as tx:
        await require_link(tx, secret, LinkPurpose.SET_UP)
        await accounts.update_columns(tx, LOCAL_OWNER.user_id, name=name, email=email, password_hash=password_hash)
        await links.remove_all(tx, purpose=LinkPurpose.SET_UP)
        return await start_known_login(tx, await require_account(tx, LOCAL_OWNER.user_id), place)
