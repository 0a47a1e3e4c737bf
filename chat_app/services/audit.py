"""Audit log: records who did what in a workspace, lists entries for owners and admins, and deletes old ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chat_app.db import audit
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.audit import SEARCH_LIMIT, AuditEntry, AuditFilter, AuditType, Fact, check_facts, clean_text
from chat_app.domain.errors import Invalid
from chat_app.domain.pages import Page
from chat_app.domain.text import check_text
from chat_app.services import access
from chat_app.services.paging import page_limit
from chat_app.services.runtime import current, now

PRUNE_SECONDS = 24 * 60 * 60.0
"""Seconds between two deletions of old entries."""
PRUNE_BATCH = 1_000
"""Entries deleted in one transaction; other transactions wait for its end."""


async def record(
    tx: Transaction,
    actor: Actor | None,
    type_: AuditType,
    *,
    subject: str,
    workspace_id: str | None = None,
    **data: Fact,
) -> None:
    """Add an entry, in the same transaction as the change that it describes.

    Args:
        tx: The transaction.
        actor: Who did it; None for a failed sign-in and for the program itself.
        type_: What happened.
        subject: What it happened to: an id, a name or an e-mail address. Never the text of a message.
        workspace_id: Id of the workspace; the actor's workspace if omitted.
        data: Further facts. Never a secret.

    Raises:
        ValueError: A fact is named like a secret, or there is neither an actor nor a workspace.
    """
    workspace_id = workspace_id or (actor.workspace_id if actor else None)
    if workspace_id is None:
        raise ValueError("an entry without an actor needs a workspace")
    await audit.insert(
        tx,
        workspace_id,
        actor.model_copy(update={"name": clean_text(actor.name)}) if actor else None,
        type_,
        subject=clean_text(subject),
        data=check_facts(data),
        at=now(),
    )


async def list_entries(
    actor: Actor,
    *,
    types: Sequence[AuditType] = (),
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    actor_id: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[AuditEntry]:
    """Return one page of the audit log of the actor's workspace, newest first.

    Args:
        actor: An owner or an admin.
        types: Only entries of these types.
        text: Only entries with this text in the subject, the actor's name or the type, ignoring case.
        since: Only entries from this time on.
        until: Only entries before this time.
        actor_id: Only entries of this person.
        cursor: The cursor of the previous page, or None for the first page.
        limit: Maximum number of entries.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or the scope of their token is too narrow.
        Invalid: The cursor, the text or the limit is not valid.
    """
    access.check_may_manage_workspace(actor)
    max_entries = page_limit(limit)
    where = AuditFilter(
        types=tuple(dict.fromkeys(types)),
        actor_id=actor_id,
        since=_in_utc(since),
        until=_in_utc(until),
        text=_check_search(text),
    )
    before = _decode_cursor(cursor) if cursor is not None else None
    async with current().db.scan() as tx:
        entries = await audit.page(tx, actor.workspace_id, where, before=before, limit=max_entries + 1)
    items = entries[:max_entries]
    return Page(items=items, cursor=str(items[-1].position) if len(entries) > max_entries else None)


def _check_search(text: str) -> str:
    text = check_text(text, field="text").strip()
    if len(text) > SEARCH_LIMIT:
        raise Invalid(f"A search text can have at most {SEARCH_LIMIT} characters.", code="text_too_long")
    return text


def _in_utc(moment: datetime | None) -> datetime | None:
    """Return a time in UTC. A time within hours of the year 1 or 9999 that has no such form keeps its clock time."""
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _decode_cursor(cursor: str) -> int:
    # Positions are at most 2**53 - 1, the largest integer that JavaScript represents exactly: 16 digits.
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 16):
        raise Invalid("Invalid cursor. Use the one from the previous page.", code="invalid_cursor")
    return int(cursor)


async def prune() -> int:
    """Delete entries older than `audit_log_days`, in batches; return their number."""
    runtime = current()
    before = now() - timedelta(days=runtime.settings.audit_log_days)
    total = 0
    while True:
        async with runtime.db.write() as tx:
            deleted = await audit.prune(tx, before=before, max_rows=PRUNE_BATCH)
        total += deleted
        if deleted < PRUNE_BATCH:
            return total
