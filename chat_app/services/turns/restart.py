"""Finds the turns that were unfinished when the server stopped, and may still run; called once at start."""

from __future__ import annotations

from chat_app.db import turns
from chat_app.db.engine import Transaction
from chat_app.domain.turns import Turn, TurnStatus
from chat_app.services.runtime import current
from chat_app.services.turns.asker import why_not_for_asker
from chat_app.services.turns.lifecycle import claim_next, end_without_access


async def claim_unfinished() -> list[str]:
    """Claim the next turn of each session that has only queued ones.

    Running turns whose askers may no longer ask end first: the agents file may have changed while the server was
    stopped.

    Returns:
        The ids of all running turns, to be resumed. An earlier process may have claimed one and ended before it
        started the workflow.
    """
    running_ids: list[str] = []
    async with current().db.write() as tx:
        sessions_seen: set[str] = set()
        unfinished = await turns.all_unfinished(tx)
        for turn in sorted(unfinished, key=lambda turn: turn.status == TurnStatus.QUEUED):
            if turn.session_id not in sessions_seen:
                sessions_seen.add(turn.session_id)
                running_id = await _to_run(tx, turn)
                if running_id is not None:
                    running_ids.append(running_id)
    return running_ids


async def _to_run(tx: Transaction, turn: Turn) -> str | None:
    """Return the turn that runs in a session, given the running one or else the oldest queued one."""
    if turn.status != TurnStatus.RUNNING:
        return await claim_next(tx, turn.session_id)
    reason = await why_not_for_asker(tx, turn)
    if reason is None:
        return turn.id
    return (await end_without_access(tx, turn, reason=reason)).next_id
