"""The event hub: distributes events to the readers in this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from chat_app.domain.events import ChatEvent

BACKLOG_LIMIT = 5_000
"""Events that are queued for a slow reader; beyond that the queue is discarded, and the reader catches up."""
BACKLOG_BYTES = 8_388_608
"""Bytes of the events that are queued for a slow reader, with the same consequence."""


class Subscription:
    """The event queue of one reader.

    Args:
        heartbeat_seconds: Interval at which `receive` returns when there are no events.
    """

    def __init__(self, heartbeat_seconds: float) -> None:
        self._events: deque[ChatEvent] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._overflowed = False
        self._heartbeat_seconds = heartbeat_seconds
        # One timer for all waits: a timeout per wait would cost more than handling the event.
        self._timer = asyncio.get_running_loop().call_later(heartbeat_seconds, self._beat)

    def push(self, event: ChatEvent) -> None:
        """Add an event; never waits."""
        size = event.size
        if self._events and (len(self._events) >= BACKLOG_LIMIT or self._bytes + size > BACKLOG_BYTES):
            self._clear()
            self._overflowed = True
        else:
            self._events.append(event)
            self._bytes += size
        self._wake.set()

    async def receive(self) -> list[ChatEvent] | None:
        """Wait for events or a heartbeat.

        Returns:
            The events, an empty list for a heartbeat, or None when the reader was too slow and events were lost.
        """
        await self._wake.wait()
        self._wake.clear()
        if self._overflowed:
            self._overflowed = False
            self._clear()
            return None
        events = list(self._events)
        self._clear()
        return events

    def _clear(self) -> None:
        self._events.clear()
        self._bytes = 0

    def close(self) -> None:
        """Stop the heartbeat."""
        self._timer.cancel()

    def _beat(self) -> None:
        self._wake.set()
        self._timer = asyncio.get_running_loop().call_later(self._heartbeat_seconds, self._beat)


class Hub:
    """Distributes events to the subscriptions of their session and of their workspace.

    Args:
        heartbeat_seconds: Interval of heartbeats to readers when there are no events.
    """

    def __init__(self, *, heartbeat_seconds: float = 15.0) -> None:
        self._heartbeat_seconds = heartbeat_seconds
        self._by_session: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._by_workspace: defaultdict[str, set[Subscription]] = defaultdict(set)

    def publish(self, events: Sequence[ChatEvent]) -> None:
        """Distribute durable events, in the order of their commits."""
        for event in events:
            self.publish_live(event)
            for subscription in self._by_workspace.get(event.workspace_id, ()):
                subscription.push(event)

    def publish_live(self, event: ChatEvent) -> None:
        """Distribute an event to the readers of its session only."""
        for subscription in self._by_session.get(event.session_id, ()):
            subscription.push(event)

    @contextmanager
    def session(self, session_id: str) -> Generator[Subscription]:
        """Subscribe to all events of a session."""
        with self._subscribed(self._by_session, session_id) as subscription:
            yield subscription

    @contextmanager
    def workspace(self, workspace_id: str) -> Generator[Subscription]:
        """Subscribe to the durable events of all sessions of a workspace."""
        with self._subscribed(self._by_workspace, workspace_id) as subscription:
            yield subscription

    @contextmanager
    def _subscribed(self, readers: defaultdict[str, set[Subscription]], key: str) -> Generator[Subscription]:
        subscription = Subscription(self._heartbeat_seconds)
        readers[key].add(subscription)
        try:
            yield subscription
        finally:
            subscription.close()
            readers[key].discard(subscription)
            if not readers[key]:
                del readers[key]
