"""Links that work once: setting the program up, joining a workspace, choosing a new password.

Who has the secret of a link may use it; there is no actor yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chat_app.db import accounts, links, members
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Link, LinkPurpose
from chat_app.domain.actor import Role
from chat_app.domain.errors import NotFound
from chat_app.domain.ids import new_id
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import hash_secret, new_secret

LINK_GONE = "This link does not work any more: it was used, taken back, or is too old. Ask for another one."


_PATHS = {LinkPurpose.SET_UP: "/set-up", LinkPurpose.INVITE: "/join", LinkPurpose.RESET: "/reset"}


def path_of(purpose: LinkPurpose, secret: str) -> str:
    """Return path and fragment of a link: what stands behind the `#` is in no log and no referrer."""
    return f"{_PATHS[purpose]}#{secret}"


@dataclass(frozen=True, kw_only=True)
class LinkView:
    """What somebody who has a link is told about it."""

    purpose: LinkPurpose
    workspace: str
    role: Role | None
    name: str | None
    email: str | None


async def look_at_link(secret: str) -> LinkView:
    """Return what a link is for.

    Raises:
        NotFound: It does not work any more.
    """
    async with current().db.read() as tx:
        link = await require_link(tx, secret)
        workspace = await members.get_workspace(tx, link.workspace_id)
        account = await accounts.get(tx, link.user_id) if link.user_id is not None else None
    return LinkView(
        purpose=link.purpose,
        workspace=workspace.name if workspace is not None else "",
        role=link.role,
        name=account.name if account is not None else None,
        email=account.email if account is not None else None,
    )


async def require_link(tx: Transaction, secret: str, *purposes: LinkPurpose) -> Link:
    """Return a link that still works.

    Raises:
        NotFound: It does not work any more, or has another purpose.
    """
    link = await links.find(tx, hash_secret(secret), at=now())
    if link is None or (purposes and link.purpose not in purposes):
        raise NotFound(LINK_GONE, code="link_gone")
    return link


async def make_link(
    tx: Transaction,
    *,
    purpose: LinkPurpose,
    workspace_id: str,
    lasts: timedelta,
    role: Role | None = None,
    user_id: str | None = None,
    created_by: str | None = None,
) -> tuple[Link, str]:
    """Make a link within a transaction; return it and its secret.

    Args:
        tx: The transaction.
        purpose: What it is for.
        workspace_id: Where it leads.
        lasts: How long it works.
        role: The role of who joins.
        user_id: Whose password is chosen anew.
        created_by: The account that made it.
    """
    secret = new_secret()
    at = now()
    link = Link(
        id=new_id("lnk"),
        purpose=purpose,
        workspace_id=workspace_id,
        role=role,
        user_id=user_id,
        created_by=created_by,
        created_at=at,
        expires_at=at + lasts,
    )
    await links.insert(tx, link, token_hash=hash_secret(secret))
    return link, secret
