"""The queue of passwords that wait to be hashed is fair, and bounded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from chat_app.domain.errors import Unavailable
from chat_app.services.accounts.hashing_queue import Caller, HashingQueue
from chat_app.settings.limits import LimitSettings

pytestmark = pytest.mark.anyio


class Busy:
    """A queue with one hashing at a time, which is occupied until it is released."""

    def __init__(self, **limits: int) -> None:
        self.queue = HashingQueue(LimitSettings.model_validate({"max_password_hashes": 1, **limits}))
        self.done: list[str] = []
        self._released = threading.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def occupy(self) -> None:
        self._tasks.append(asyncio.create_task(self.queue.run(self._wait, caller=Caller(key="first", trusted=False))))
        await asyncio.sleep(0)

    def _wait(self) -> None:
        self._released.wait()

    async def come(self, name: str, key: str, *, trusted: bool = False) -> asyncio.Task[None]:
        """Let somebody wait; their name is in `done` once it was their turn."""
        caller = Caller(key=key, trusted=trusted)
        task = asyncio.create_task(self.queue.run(lambda: self.done.append(name), caller=caller))
        self._tasks.append(task)
        await asyncio.sleep(0)
        return task

    async def release(self) -> list[object]:
        """Let everybody have their turn, and return what became of them."""
        self._released.set()
        return await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
async def busy() -> AsyncIterator[Busy]:
    queue = Busy(max_waiting_passwords=10, max_waiting_passwords_client=5)
    await queue.occupy()
    yield queue
    await queue.release()


async def test_who_sends_one_password_waits_for_one_of_those_of_somebody_who_sends_many(busy: Busy) -> None:
    for number in range(5):
        await busy.come(f"many {number}", "many")
    await busy.come("one", "one")
    await busy.release()
    assert busy.done == ["many 0", "one", "many 1", "many 2", "many 3", "many 4"]


async def test_trusted_callers_and_strangers_take_turns(busy: Busy) -> None:
    for number in range(3):
        await busy.come(f"stranger {number}", f"address {number}")
    for number in range(2):
        await busy.come(f"known {number}", f"browser {number}", trusted=True)
    await busy.release()
    assert busy.done == ["known 0", "stranger 0", "known 1", "stranger 1", "stranger 2"]


async def test_one_caller_may_have_only_a_few_waiting(busy: Busy) -> None:
    refused = [await busy.come(f"many {number}", "many") for number in range(8)][5:]
    await busy.come("one", "one")
    await busy.release()
    assert "one" in busy.done
    assert len(busy.done) == 6
    for task in refused:
        error = task.exception()
        assert isinstance(error, Unavailable)
        assert (error.code, error.details) == ("passwords_busy", {"retry_after": 3})


async def test_strangers_who_fill_their_lane_do_not_keep_out_trusted_callers(busy: Busy) -> None:
    tasks = [await busy.come(f"stranger {number}", f"address {number}") for number in range(12)]
    await busy.come("known", "browser", trusted=True)
    await busy.release()
    assert busy.done[0] == "known"
    assert sum(task.exception() is not None for task in tasks) == 2


async def test_a_caller_who_is_cancelled_leaves_the_queue(busy: Busy) -> None:
    tasks = [await busy.come(f"many {number}", "many") for number in range(5)]
    for task in tasks[:4]:
        task.cancel()
    await asyncio.sleep(0)
    await busy.come("another", "many")
    await busy.release()
    assert busy.done == ["many 4", "another"]


async def test_a_failure_gives_the_turn_to_the_next(busy: Busy) -> None:
    async def fail() -> None:
        with pytest.raises(ZeroDivisionError):
            await busy.queue.run(lambda: 1 / 0, caller=Caller(key="failing", trusted=False))

    failing = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await busy.come("next", "next")
    await busy.release()
    await failing
    assert busy.done == ["next"]
    await busy.queue.run(lambda: busy.done.append("later"), caller=Caller(key="later", trusted=False))
    assert busy.done == ["next", "later"]
