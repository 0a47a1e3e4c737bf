"""Stores the open parts of all running turns about once a second, in one transaction.

After a crash, a stop or an error the text that readers have seen is restored from there.
"""

from __future__ import annotations

from collections import defaultdict

from chat_app.db import turns
from chat_app.domain.turns import OpenPart
from chat_app.services.runtime import current


async def checkpoint() -> int:
    """Store the open parts that changed since the last checkpoint.

    Returns:
        The number of turns with changes.
    """
    runtime = current()
    dirty = runtime.live.take_dirty()
    if not dirty:
        return 0
    async with runtime.db.write() as tx:
        # Read under the write lock, so that a part which was completed meanwhile is not stored as open.
        open_parts: defaultdict[str, list[OpenPart]] = defaultdict(list)
        for turn in dirty:
            if not turn.closed:
                open_parts[turn.workspace_id] += turn.open_parts()
        await turns.save_open_parts(tx, open_parts)
    return len(dirty)
