"""About once a second the open text of all running turns goes to the disk, in one transaction.

So a crash, a stop or an error leaves what was seen.
"""

from __future__ import annotations

from chat_app.db import turns
from chat_app.services.runtime import current


async def checkpoint() -> int:
    """Store the open parts that changed since the last time; return the number of turns."""
    runtime = current()
    dirty = runtime.live.take_dirty()
    if not dirty:
        return 0
    async with runtime.db.write() as tx:
        # Read under the write lock: a part that settled meanwhile is gone from here and stays gone.
        open_parts = [(turn.workspace_id, part) for turn in dirty if not turn.closed for part in turn.open_parts()]
        await turns.put_open_parts(tx, open_parts)
    return len(dirty)
