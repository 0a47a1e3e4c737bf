"""Who listens: committed and live events go from here to every reader in this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from chat_app.domain.events import ChatEvent

BACKLOG_LIMIT = 5_000
"""Events that may wait for one slow reader; beyond it the reader starts anew from a snapshot."""


class Subscription:
    """One reader's queue of events."""

    def __init__(self) -> None:
        self._events: deque[ChatEvent] = deque()
        self._wake = asyncio.Event()
        self._overflowed = False

    def push(self, event: ChatEvent) -> None:
        """Add an event; never waits."""
        if len(self._events) >= BACKLOG_LIMIT:
            self._events.clear()
            self._overflowed = True
        else:
            self._events.append(event)
        self._wake.set()

    async def take(self, *, timeout: float | None = None) -> list[ChatEvent] | None:  # noqa: ASYNC109
        """Wait for events and return all that are there.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            The events, an empty list when the time is over, or None when the reader was too slow and has lost some.
        """
        if not self._wake.is_set():
            try:
                async with asyncio.timeout(timeout):
                    await self._wake.wait()
            except TimeoutError:
                return []
        self._wake.clear()
        if self._overflowed:
            self._overflowed = False
            return None
        events = list(self._events)
        self._events.clear()
        return events


class Hub:
    """Hands events to the subscriptions of their session and of their workspace."""

    def __init__(self) -> None:
        self._by_session: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._by_workspace: defaultdict[str, set[Subscription]] = defaultdict(set)

    def publish(self, events: Sequence[ChatEvent]) -> None:
        """Hand out durable events, in the order of their commits."""
        for event in events:
            self.publish_live(event)
            for subscription in self._by_workspace.get(event.workspace_id, ()):
                subscription.push(event)

    def publish_live(self, event: ChatEvent) -> None:
        """Hand an event to the readers of its session alone."""
        for subscription in self._by_session.get(event.session_id, ()):
            subscription.push(event)

    @contextmanager
    def session(self, session_id: str) -> Generator[Subscription]:
        """Subscribe to everything in one session."""
        with _joined(self._by_session, session_id) as subscription:
            yield subscription

    @contextmanager
    def workspace(self, workspace_id: str) -> Generator[Subscription]:
        """Subscribe to the durable events of all sessions of a workspace."""
        with _joined(self._by_workspace, workspace_id) as subscription:
            yield subscription


@contextmanager
def _joined(readers: defaultdict[str, set[Subscription]], key: str) -> Generator[Subscription]:
    subscription = Subscription()
    readers[key].add(subscription)
    try:
        yield subscription
    finally:
        readers[key].discard(subscription)
        if not readers[key]:
            del readers[key]
