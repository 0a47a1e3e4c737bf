"""One-time links: create, describe and check the links for set-up, invitations and password resets.

Anybody who has the secret of a link may use it; there is no actor yet. A link is valid as long as its maker could make
it: the transaction that uses it decides, and links that can no longer be granted are deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chat_app.db import accounts, links, logins, members
from chat_app.db.engine import Transaction
from chat_app.domain.access import may_grant_link
from chat_app.domain.accounts import Link, LinkPurpose
from chat_app.domain.actor import Actor, Role
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import NotFound
from chat_app.domain.ids import new_id
from chat_app.services import access, audit
from chat_app.services.accounts.hashing_queue import Caller
from chat_app.services.limits.checks import check_link_use, check_wrong_link
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import Issued, hash_secret, new_secret

LINK_GONE = (
    "This link is no longer valid: it was already used, was revoked or has expired, or its author may no longer grant "
    "it. Ask for a new one."
)
_PATHS = {LinkPurpose.SET_UP: "/set-up", LinkPurpose.INVITE: "/join", LinkPurpose.RESET: "/reset"}


@dataclass(frozen=True, kw_only=True)
class LinkDescription:
    """What a link is for, as it is shown to the person who opens it."""

    purpose: LinkPurpose
    workspace: str
    """Name of the workspace."""
    role: Role | None
    """The role that an invitation grants."""
    name: str | None
    """Name of the account whose password is reset."""
    email: str | None
    """E-mail address of the account whose password is reset."""
    tokens: int
    """API tokens of that account, which a reset can revoke; 0 for other links."""


def link_path(purpose: LinkPurpose, secret: str) -> str:
    """Return the path and fragment of a link. Browsers do not send fragments, so no log contains the secret."""
    return f"{_PATHS[purpose]}#{secret}"


async def describe_link(secret: str, *, address: str = "") -> LinkDescription:
    """Return what a link is for.

    Args:
        secret: The secret of the link.
        address: The network address that the person connects from.

    Raises:
        NotFound: The link is no longer valid.
        TooMany: There were too many attempts with wrong links from this address.
    """
    await check_link(secret, address=address)
    async with current().db.read() as tx:
        link = await require_link(tx, secret)
        workspace = await members.get_workspace(tx, link.workspace_id)
        account = await accounts.get(tx, link.user_id) if link.user_id is not None else None
        tokens = await logins.count_tokens(tx, account.id) if account is not None else 0
    return LinkDescription(
        purpose=link.purpose,
        workspace=workspace.name if workspace is not None else "",
        role=link.role,
        name=account.name if account is not None else None,
        email=account.email if account is not None else None,
        tokens=tokens,
    )


async def check_link(secret: str, purpose: LinkPurpose | None = None, *, address: str) -> Link:
    """Return the valid link with a secret, before anything expensive is done with it.

    The transaction that uses the link checks it again. A valid link is never refused because of other attempts.

    Args:
        secret: The secret of the link.
        purpose: The purpose that the link must have; any if it is None.
        address: The network address that the person connects from.

    Raises:
        NotFound: The link is no longer valid, or has another purpose.
        TooMany: It is not, and there were too many such attempts from this address.
    """
    try:
        async with current().db.read() as tx:
            return await require_link(tx, secret, purpose)
    except NotFound:
        await check_wrong_link(address)
        raise


async def hash_for_link(link: Link, password: str) -> str:
    """Return the hash of the password that the holder of a valid link has chosen.

    Raises:
        TooMany: There were too many attempts with this link.
        Unavailable: Too many passwords wait to be hashed.
    """
    await check_link_use(link.id)
    return await current().passwords.hash(password, caller=Caller(key=f"link:{link.id}", trusted=True))


async def require_link(tx: Transaction, secret: str, purpose: LinkPurpose | None = None) -> Link:
    """Return the valid link with a secret.

    Args:
        tx: The transaction.
        secret: The secret of the link.
        purpose: The purpose that the link must have; any if it is None.

    Raises:
        NotFound: The link is no longer valid, may no longer be granted, or has another purpose.
    """
    link = await links.find(tx, hash_secret(secret), at=now())
    if link is None or (purpose is not None and link.purpose != purpose) or not await access.is_grantable(tx, link):
        raise NotFound(LINK_GONE, code="link_gone")
    return link


async def create_link(
    tx: Transaction,
    *,
    purpose: LinkPurpose,
    workspace_id: str,
    valid_for: timedelta,
    role: Role | None = None,
    user_id: str | None = None,
    created_by: str | None = None,
) -> Issued[Link]:
    """Create a link.

    Args:
        tx: The transaction.
        purpose: What the link is for.
        workspace_id: The workspace that the link belongs to.
        valid_for: How long the link is valid.
        role: The role that an invitation grants.
        user_id: The account whose password a reset link resets.
        created_by: Id of the account that creates the link.
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
        expires_at=at + valid_for,
    )
    await links.insert(tx, link, token_hash=hash_secret(secret))
    return Issued(value=link, secret=secret)


async def remove_ungrantable_links(tx: Transaction, actor: Actor, user_id: str, *, role: Role | None) -> None:
    """Delete the links that a member has made and may no longer grant, after their role changed or they were removed.

    Without this, a link would be valid again when its maker gets the role back.

    Args:
        tx: The transaction.
        actor: Who changed the role or removed the member.
        user_id: The member.
        role: The member's role now; None when they were removed.
    """
    for link in await links.made_by(tx, actor.workspace_id, user_id):
        if may_grant_link(role, link):
            continue
        await links.remove(tx, link.id)
        if link.purpose == LinkPurpose.INVITE:
            await audit.record(tx, actor, AuditType.INVITATION_REVOKED, subject=link.id, made_by=user_id)
