"""Deletes the events of deletions, which outlive their sessions so that clients that were away learn of them."""

from __future__ import annotations

from datetime import timedelta

from chat_app.db import events
from chat_app.services.runtime import current, now

PRUNE_SECONDS = 24 * 60 * 60.0
"""Seconds between two runs."""
PRUNE_BATCH = 1_000
"""Events deleted in one transaction; other transactions wait for its end."""


async def prune_deletions() -> int:
    """Delete the events of sessions that were deleted more than `deletion_days` ago; return their number."""
    runtime = current()
    before = now() - timedelta(days=runtime.settings.deletion_days)
    total = 0
    while True:
        async with runtime.db.scan() as tx:
            session_ids = await events.deleted_sessions(tx, before=before, limit=PRUNE_BATCH)
        if not session_ids:
            return total
        async with runtime.db.write() as tx:
            total += await events.delete_of_deleted(tx, session_ids)
