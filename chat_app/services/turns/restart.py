"""Continues the turns that were unfinished when the server stopped; called once at start."""

from __future__ import annotations

from chat_app.db import turns
from chat_app.domain.turns import TurnStatus
from chat_app.services.runtime import current
from chat_app.services.turns.lifecycle import claim_next


async def start_unfinished() -> int:
    """Resume running turns, and claim and start the next turn of sessions that have only queued ones.

    A running turn was claimed by an earlier process, which may have ended before it started the workflow. Resuming it
    is correct in both cases.

    Returns:
        The number of turns started.
    """
    runtime = current()
    to_start: list[str] = []
    async with runtime.db.write() as tx:
        sessions_seen: set[str] = set()
        for turn in await turns.all_unfinished(tx):
            if turn.status == TurnStatus.RUNNING:
                to_start.append(turn.id)
            elif turn.session_id not in sessions_seen:
                claimed_id = await claim_next(tx, turn.session_id)
                if claimed_id is not None:
                    to_start.append(claimed_id)
            sessions_seen.add(turn.session_id)
    for turn_id in to_start:
        await runtime.runner.resume(turn_id)
    return len(to_start)
