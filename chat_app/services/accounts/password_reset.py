"""Password reset by a one-time link."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import accounts, links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import (
    Link,
    LinkPurpose,
    Login,
    check_password,
)
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Forbidden
from chat_app.services import access, audit
from chat_app.services.accounts.account import require_account
from chat_app.services.accounts.logins import start_login
from chat_app.services.accounts.members import require_member
from chat_app.services.accounts.one_time_links import make_link, require_link
from chat_app.services.accounts.passwords import check_passwords_used, hash_password
from chat_app.services.runtime import current


async def make_reset_link(actor: Actor, user_id: str) -> tuple[Link, str]:
    """Make a link by which a member chooses a new password; return it and its secret.

    Who has the link can sign in as the member, in all their workspaces: so only an owner makes one, and only for
    somebody who belongs to this workspace alone.

    Raises:
        Forbidden: The actor is no owner, or the member belongs to other workspaces too.
        NotFound: There is no such member.
    """
    runtime = current()
    access.check_manages(actor)
    if actor.role != Role.OWNER:
        raise Forbidden("Only an owner makes a link for a new password.")
    async with runtime.db.write() as tx:
        member = await require_member(tx, actor, user_id)
        if len(await members.memberships(tx, user_id)) > 1:
            raise Forbidden(
                "They belong to other workspaces too. Whoever runs this server can make the link: chat-app users reset."
            )
        return await _new_reset_link(tx, member.workspace_id, user_id, created_by=actor.user_id)


async def _new_reset_link(
    tx: Transaction, workspace_id: str, user_id: str, *, created_by: str | None
) -> tuple[Link, str]:
    check_passwords_used()
    await links.remove_all(tx, purpose=LinkPurpose.RESET, user_id=user_id)
    lasts = timedelta(hours=current().settings.link_hours)
    return await make_link(
        tx,
        purpose=LinkPurpose.RESET,
        workspace_id=workspace_id,
        lasts=lasts,
        user_id=user_id,
        created_by=created_by,
    )


async def choose_new_password(secret: str, *, password: str, client: str = "") -> tuple[Login, str]:
    """Choose a new password by a link; every login of the account ends.

    Raises:
        NotFound: The link does not work any more.
        Invalid: The password breaks a rule.
        Forbidden: People do not sign in with a password here.
    """
    check_passwords_used()
    runtime = current()
    hashed = await hash_password(check_password(password))
    async with runtime.db.write() as tx:
        link = await require_link(tx, secret, LinkPurpose.RESET)
        assert link.user_id is not None, "a link for a new password names an account"
        await accounts.change(tx, link.user_id, password_hash=hashed)
        await links.remove_all(tx, purpose=LinkPurpose.RESET, user_id=link.user_id)
        await logins.remove_all(tx, link.user_id)
        account = await require_account(tx, link.user_id)
        subject = account.email or account.id
        await audit.record(tx, None, AuditType.PASSWORD_CHANGED, subject=subject, workspace_id=link.workspace_id)
        started = await start_login(tx, account, client=client)
    runtime.entrances.end(lambda each: each.user_id == link.user_id)
    return started
