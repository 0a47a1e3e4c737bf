"""The audit log of what happened: written with what it tells of, read by owners and admins, kept for some time.

`services/turns/recorder.py` is another thing: what running turns write.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chat_app.db import audit
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.audit import SEARCH_LIMIT, AuditEntry, AuditFilter, AuditType, Fact, check_facts, clean_text
from chat_app.domain.errors import Invalid
from chat_app.domain.text import check_text
from chat_app.services import access
from chat_app.services.runtime import current, now
from chat_app.services.sessions.queries import page_limit

PRUNE_SECONDS = 24 * 60 * 60.0
"""Between two looks for entries that are too old."""
PRUNED_AT_ONCE = 1_000
"""Entries that one transaction deletes, so that nobody waits long for it."""


async def record(
    tx: Transaction,
    actor: Actor | None,
    type_: AuditType,
    *,
    subject: str,
    workspace_id: str | None = None,
    **data: Fact,
) -> None:
    """Add an entry, in the transaction of what it tells of: both are stored or neither is.

    Args:
        tx: The transaction.
        actor: Who did it; None for a failed login and for the program itself.
        type_: What happened.
        subject: What it happened to: an id, a name or an e-mail address. Never what somebody said.
        workspace_id: Where it happened; the actor's workspace when left out.
        data: What else there is to say. Never what lets somebody in.

    Raises:
        ValueError: The data has the name of a secret, or there is neither an actor nor a workspace.
    """
    workspace_id = workspace_id or (actor.workspace_id if actor else None)
    if workspace_id is None:
        raise ValueError("an entry without an actor needs the workspace that it belongs to")
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
) -> tuple[list[AuditEntry], str | None]:
    """Return one page of the audit log of the actor's workspace, newest first, and the cursor of the next page.

    Args:
        actor: An owner or an admin.
        types: Only these things.
        text: Is looked for in the subject, the actor's name and the type, letter case aside.
        since: Only what happened then or later.
        until: Only what happened before.
        actor_id: Only what this person did.
        cursor: From the page before, or None for the first.
        limit: Most entries.

    Raises:
        Forbidden: The actor is neither an owner nor an admin, or their token may not do this.
        Invalid: The cursor is none that a page gave out, the text can't be stored, or the limit is out of range.
    """
    access.check_may_manage_workspace(actor)
    most = page_limit(limit)
    where = AuditFilter(
        types=tuple(dict.fromkeys(types)),
        actor_id=actor_id,
        since=_in_utc(since),
        until=_in_utc(until),
        text=_check_search(text),
    )
    before = _decode_cursor(cursor) if cursor is not None else None
    async with current().db.scan() as tx:
        entries = await audit.page(tx, actor.workspace_id, where, before=before, limit=most + 1)
    page = entries[:most]
    return page, str(page[-1].position) if len(entries) > most else None


def _check_search(text: str) -> str:
    text = check_text(text, field="text").strip()
    if len(text) > SEARCH_LIMIT:
        raise Invalid(f"The audit log is searched for at most {SEARCH_LIMIT} characters.", code="text_too_long")
    return text


def _in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC; the first and the last hours that there are may be outside of it and stay as they are."""
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _decode_cursor(cursor: str) -> int:
    # Positions stay below what JavaScript counts exactly, which has 16 digits.
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 16):
        raise Invalid("This cursor is not one that a list gave out.", code="invalid_cursor")
    return int(cursor)


async def prune() -> int:
    """Delete entries that are kept no longer, a batch at a time; return how many there were."""
    runtime = current()
    before = now() - timedelta(days=runtime.settings.audit_log_days)
    total = 0
    while True:
        async with runtime.db.write() as tx:
            gone = await audit.prune(tx, before=before, most=PRUNED_AT_ONCE)
        total += gone
        if gone < PRUNED_AT_ONCE:
            return total
