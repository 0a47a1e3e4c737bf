"""Queue of the passwords that wait to be hashed: a few at a time, and in turn for each of those who wait.

Hashing is slow on purpose. So who sends many passwords must wait for themselves and not make others wait.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio.to_thread

from chat_app.domain.errors import Unavailable
from chat_app.settings.limits import LimitSettings

RETRY_SECONDS = 3
"""Seconds after which to try again when the queue is full: it takes about two to work off a full one."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """For whom a password is hashed."""

    key: str
    """Identifies who waits: an address, a browser, a link or a login. Each has one turn after the other."""
    trusted: bool
    """Whether they have shown a known browser, a valid link or a login, for which there is a lane of its own."""


class HashingQueue:
    """Runs a few hashings at a time in threads.

    Args:
        settings: The limits of running and waiting ones.
    """

    def __init__(self, settings: LimitSettings) -> None:
        self._settings = settings
        self._running = 0
        self._lanes = {trusted: _Lane() for trusted in (True, False)}
        self._next_lane = True
        """The lane that has the next turn: they alternate, so that neither can keep the other waiting."""

    async def run(self, work: Callable[[], _Result], *, caller: Caller) -> _Result:
        """Run a function in a thread when it is the caller's turn, and return its result.

        Args:
            work: What takes long.
            caller: For whom it is done.

        Raises:
            Unavailable: Too many are waiting already.
        """
        await self._wait_for_turn(caller)
        try:
            # With a limiter of its own: the queue is the limit, and others use the default one.
            return await anyio.to_thread.run_sync(work, limiter=anyio.CapacityLimiter(1))
        finally:
            self._give_turn_away()

    async def _wait_for_turn(self, caller: Caller) -> None:
        lane = self._lanes[caller.trusted]
        if self._running < self._settings.max_password_hashes:
            self._running += 1
            return
        settings = self._settings
        if len(lane) >= settings.max_waiting_passwords or (
            lane.waiting_of(caller.key) >= settings.max_waiting_passwords_client
        ):
            raise Unavailable(
                f"The server is checking many passwords at the moment. Try again in {RETRY_SECONDS} seconds.",
                code="passwords_busy",
                details={"retry_after": RETRY_SECONDS},
            )
        turn = lane.append(caller.key)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                lane.remove(caller.key, turn)
            else:
                self._give_turn_away()
            raise

    def _give_turn_away(self) -> None:
        """Give the turn of somebody who is done to the next who waits."""
        for trusted in (self._next_lane, not self._next_lane):
            turn = self._lanes[trusted].pop()
            if turn is not None:
                self._next_lane = not trusted
                turn.set_result(None)
                return
        self._running -= 1


class _Lane:
    """Those who wait, in turn by their key, and first come, first served for one key."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(turns) for turns in self._waiting.values())

    def waiting_of(self, key: str) -> int:
        return len(self._waiting.get(key, ()))

    def append(self, key: str) -> asyncio.Future[None]:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(turn)
        return turn

    def remove(self, key: str, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.get(key)
        if turns is not None and turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[key]

    def pop(self) -> asyncio.Future[None] | None:
        """Return the next turn that was not given up, or None if nobody waits."""
        while self._waiting:
            key, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[key] = turns
            # One that was just cancelled is removed a moment later.
            if not turn.done():
                return turn
        return None
