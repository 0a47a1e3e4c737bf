"""Reports of reached limits: entries of the audit log, and counters for the metrics."""

from __future__ import annotations

from datetime import timedelta

from chat_app.domain.audit import AuditType
from chat_app.services import audit
from chat_app.services.runtime import current, now

REPORT_SECONDS = 60.0
"""Seconds between two runs of `record_reached_limits`: the delay with which the audit log learns of a reached limit."""
MAX_ENTRIES = 1_000
"""Entries stored in one transaction; other transactions wait for its end, and the next run stores further ones."""


async def record_reached_limits(*, all_of_them: bool = False) -> int:
    """Store entries about the people whom limits have refused since the last entry; return their number.

    Args:
        all_of_them: Whether to store refusals as well that would otherwise wait for the next entry, because the
            program stops.
    """
    runtime = current()
    interval = timedelta() if all_of_them else timedelta(minutes=runtime.settings.limit_report_minutes)
    due = runtime.limiter.refusals.take_due(at=now(), interval=interval, limit=MAX_ENTRIES)
    if not due:
        return 0
    async with runtime.db.write() as tx:
        for reached in due:
            await audit.record(
                tx,
                reached.actor,
                AuditType.LIMIT_REACHED,
                subject=reached.code,
                refusals=reached.number,
                since=reached.since.isoformat(timespec="seconds"),
            )
    return len(due)


async def record_all_reached_limits() -> None:
    """Store the entries that are left when the program stops."""
    await record_reached_limits(all_of_them=True)
