"""Counts what limits refuse: in total for the metrics, and for each person for the audit log.

The audit log gets at most one entry for each person and limit in `limit_report_minutes`, whatever their number.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat_app.domain.actor import Actor


@dataclass(kw_only=True)
class _Refused:
    """Refusals of one person by one limit that the audit log does not have yet."""

    actor: Actor
    number: int = 0
    since: datetime | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReachedLimit:
    """Refusals of one person by one limit, as one entry of the audit log."""

    actor: Actor
    code: str
    """The code of the error, which names the limit."""
    number: int
    since: datetime
    """When the first of them happened."""


class Refusals:
    """The refusals of a running application.

    Args:
        max_keys: Pairs of a person and a limit to keep. Beyond it the oldest one is dropped.
    """

    def __init__(self, *, max_keys: int) -> None:
        self.totals: Counter[str] = Counter()
        """Refusals since the start by the code of the error; the codes are fixed, so the memory is constant."""
        self._max_keys = max_keys
        self._refused: OrderedDict[tuple[str, str, str], _Refused] = OrderedDict()

    def __len__(self) -> int:
        return len(self._refused)

    def add(self, code: str, actor: Actor | None, *, at: datetime) -> None:
        """Count a refusal.

        Args:
            code: The code of the error.
            actor: Who was refused; None if nobody is signed in.
            at: The present time.
        """
        self.totals[code] += 1
        if actor is None:
            return
        key = (actor.workspace_id, actor.user_id, code)
        refused = self._refused.get(key)
        if refused is None:
            refused = self._refused[key] = _Refused(actor=actor)
            if len(self._refused) > self._max_keys:
                self._refused.popitem(last=False)
        refused.number += 1
        refused.since = refused.since or at

    def take_due(self, *, at: datetime, interval: timedelta, limit: int) -> list[ReachedLimit]:
        """Remove and return the refusals that the audit log should get now.

        Args:
            at: The present time.
            interval: The time between two entries about the same person and limit.
            limit: Maximum number of entries.
        """
        due: list[ReachedLimit] = []
        for key, refused in list(self._refused.items()):
            if refused.recorded_at is not None and at - refused.recorded_at < interval:
                continue
            if refused.since is None:
                del self._refused[key]
            elif len(due) < limit:
                due.append(ReachedLimit(actor=refused.actor, code=key[2], number=refused.number, since=refused.since))
                refused.number, refused.since, refused.recorded_at = 0, None, at
        return due
