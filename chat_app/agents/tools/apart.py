"""Runs a coroutine on an event loop of its own in a thread, where what it computes does not hold up the server's loop.

The two threads share the interpreter and take turns every 5 ms; only a single call into C can hold up both.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, TypeVar

_Result = TypeVar("_Result")


async def run_apart(work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """Return the result of a coroutine, or raise its error. Cancelling the caller cancels it, without waiting for it.

    Args:
        work: Returns the coroutine; called in the thread.
    """
    outcome: Future[_Result] = Future()
    # As a daemon, because a lookup of a host name can't be interrupted and must not keep the program from ending.
    threading.Thread(target=lambda: asyncio.run(_run(work, outcome)), name="apart", daemon=True).start()
    return await asyncio.wrap_future(outcome)


async def _run(work: Callable[[], Coroutine[Any, Any, _Result]], outcome: Future[_Result]) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work())

    def stop(outcome: Future[_Result]) -> None:
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            if outcome.cancelled():
                loop.call_soon_threadsafe(task.cancel)

    outcome.add_done_callback(stop)
    await asyncio.wait([task])
    # The outcome is passed on here, because the end of the loop waits for threads, such as one that looks up a name.
    with suppress(InvalidStateError):
        if task.cancelled():
            outcome.cancel()
        elif (error := task.exception()) is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(task.result())
