"""Finds the turns that were unfinished when the server stopped; called once at start."""

from __future__ import annotations

from chat_app.db import turns
from chat_app.domain.turns import TurnStatus
from chat_app.services.runtime import current
from chat_app.services.turns.lifecycle import claim_next


async def claim_unfinished() -> list[str]:
    """Claim the next turn of each session that has only queued ones.

    Returns:
        The ids of all running turns, to be resumed. An earlier process may have claimed one and ended before it
        started the workflow.
    """
    running_ids: list[str] = []
    async with current().db.write() as tx:
        sessions_seen: set[str] = set()
        for turn in await turns.all_unfinished(tx):
            if turn.status == TurnStatus.RUNNING:
                running_ids.append(turn.id)
            elif turn.session_id not in sessions_seen:
                claimed_id = await claim_next(tx, turn.session_id)
                if claimed_id is not None:
                    running_ids.append(claimed_id)
            sessions_seen.add(turn.session_id)
    return running_ids
