"""Removes what was deleted from the files of the data folder while the program runs.

The workflow engine has recorded the texts of turns too, in a database of its own.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import anyio.to_thread

from chat_app.db import erasure, turns
from chat_app.db.sqlite import database_file
from chat_app.services.runtime import current

if TYPE_CHECKING:
    # Loading it takes seconds; see `agents.run.background`.
    from chat_app.agents.run.runner import TurnRunner

logger = logging.getLogger(__name__)

WORKFLOWS_PER_PAGE = 500
"""Workflows that are compared with the turns at a time."""


async def forget_turns(turn_ids: Sequence[str]) -> None:
    """Delete what the workflow engine has stored of deleted turns.

    Args:
        turn_ids: The turns, whose rows are deleted already.
    """
    runtime = current()
    if turn_ids:
        runner = await runtime.runner.loaded()
        await _forget(runner, turn_ids)


async def forget_missing_turns(runner: TurnRunner) -> None:
    """Delete the workflows of turns that do not exist anymore.

    A process may have ended between the deletion of a session and that of its workflows, or the session was deleted by
    another replica.
    """
    missing: list[str] = []
    async for ids in runner.stored_ids(page_size=WORKFLOWS_PER_PAGE):
        async with current().db.read() as tx:
            existing = await turns.existing(tx, ids)
        missing += [turn_id for turn_id in ids if turn_id not in existing]
    if missing:
        await _forget(runner, missing)


async def erase_when_deleted() -> NoReturn:
    """Erase after each deletion, and once at the start, until the task is cancelled."""
    runtime = current()
    erased = runtime.db.erased
    erased.set()
    while True:
        await erased.wait()
        erased.clear()
        started = time.monotonic()
        if not await _erase():
            erased.set()
        work = time.monotonic() - started
        settings = runtime.settings
        await asyncio.sleep(max(settings.erase_pause_seconds, settings.erase_pause_factor * work))


async def _erase() -> bool:
    """Erase from both databases; return whether it was done."""
    runtime = current()
    max_bytes = runtime.settings.max_rewritten_bytes
    try:
        done = await runtime.db.erase(max_bytes=max_bytes)
        workflows = _workflow_file()
        if workflows.exists():
            done &= await anyio.to_thread.run_sync(lambda: erasure.erase(workflows, max_bytes=max_bytes))
    except Exception:
        logger.exception("deleted text could not be removed from the database files; it is tried again")
        return False
    return done


async def _forget(runner: TurnRunner, turn_ids: Sequence[str]) -> None:
    await anyio.to_thread.run_sync(erasure.mark, _workflow_file())
    await runner.forget(turn_ids)
    current().db.erased.set()


def _workflow_file() -> Path:
    path = database_file(current().settings.dbos_url)
    assert path is not None, "the workflow engine's database is a file"
    return path
