"""About once a second the open text of all running turns goes to the disk, in one transaction.

So a crash, a stop or an error leaves what was seen.
"""

from __future__ import annotations

import asyncio
import logging
from typing import NoReturn

from chat_app.agents.live import LiveTurns
from chat_app.db import turns
from chat_app.db.engine import Database

logger = logging.getLogger(__name__)


async def checkpoint(db: Database, live: LiveTurns) -> int:
    """Store the open parts that changed since the last time; return the number of turns."""
    dirty = live.take_dirty()
    if not dirty:
        return 0
    async with db.write() as tx:
        # Read under the write lock: a part that settled meanwhile is gone from here and stays gone.
        open_parts = [(turn.workspace_id, part) for turn in dirty if not turn.closed for part in turn.open_parts()]
        await turns.put_open_parts(tx, open_parts)
    return len(dirty)


async def keep_checkpointing(db: Database, live: LiveTurns, *, seconds: float) -> NoReturn:
    """Checkpoint for as long as the application runs."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await checkpoint(db, live)
        except Exception:
            # The next one stores the same text again; losing one must not lose all.
            logger.exception("a checkpoint of open text failed")
