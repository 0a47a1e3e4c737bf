"""Bounds what waits for one page: the bytes that it has not read, and the events that are not handled yet.

The event websocket's library queues every packet until the client has read the earlier ones, without a limit, and the
framework starts a task for every event. A page that passes a bound is disconnected: what waits for it is dropped, and
the page loads everything anew when it connects again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import reflex as rx
from starlette.types import Scope

from chat_app.settings.web import WebSettings
from chat_app.web.event_frames import EVENT_PATH
from chat_app.web.websocket_bounds import abort_connection

logger = logging.getLogger(__name__)

BATCH_BYTES = 65_536
"""Bytes that are taken from the queue at once. They count as waiting until the next ones are taken."""
_PACKET_BYTES = 512
"""Size of a packet without its data."""

Packet = Any
"""A packet of the websocket's library, with its `data`."""
OnOverflow = Callable[["OutgoingQueue"], None]


class OutgoingQueue(asyncio.Queue[Packet | None]):
    """The packets that wait to be sent to one client; None ends the connection.

    Args:
        max_bytes: Bytes that may wait. A packet that alone is larger may be sent when nothing else waits.
        on_overflow: Called once, when more would wait. From then on packets are dropped.
    """

    _queue: deque[tuple[Packet | None, int]]

    def __init__(self, *, max_bytes: int, on_overflow: OnOverflow) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self._on_overflow = on_overflow
        self._queued = self._taken = 0
        self._overflowed = False

    @property
    def waiting_bytes(self) -> int:
        """Bytes that the client's connection has not taken yet."""
        return self._queued + self._taken

    async def get(self) -> Packet | None:
        """Take a packet; the ones taken before are sent."""
        self._taken = 0
        return await super().get()

    def get_nowait(self) -> Packet | None:
        """Take a packet unless enough are taken already.

        Raises:
            asyncio.QueueEmpty: There is none, or the ones taken have to be sent first.
        """
        if self._taken >= BATCH_BYTES:
            raise asyncio.QueueEmpty
        return super().get_nowait()

    def _get(self) -> Packet | None:
        packet, size = self._queue.popleft()
        self._queued -= size
        self._taken += size
        return packet

    def _put(self, item: Packet | None) -> None:
        size = _size(item)
        waiting = self._queued + self._taken
        if waiting and waiting + size > self._max_bytes and not self._overflowed:
            self._overflowed = True
            self._queue.clear()
            self._queued = 0
            self._on_overflow(self)
        if item is None or not self._overflowed:
            self._queued += size
            self._queue.append((item, size))


def _size(packet: Packet | None) -> int:
    data: object = None if packet is None else packet.data
    return _PACKET_BYTES + (len(data) if isinstance(data, (str, bytes)) else 0)


class CountingApp:
    """Stands for the app where its websocket passes events on, and counts the events that are not handled yet.

    Args:
        app: The app.
        max_events: Events of one page that may be in work.
        on_excess: Called with the token of a page that sends one more, which is dropped.
    """

    def __init__(self, app: rx.App, *, max_events: int, on_excess: Callable[[str], None]) -> None:
        self._app = app
        self._max_events = max_events
        self._on_excess = on_excess
        self._pending: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    @property
    def event_processor(self) -> CountingApp:
        """What the websocket passes events to."""
        return self

    async def enqueue(self, token: str, event: Any) -> None:
        """Have an event handled."""
        if self._pending[token] >= self._max_events:
            self._on_excess(token)
            return
        self._pending[token] += 1
        future = await self._app.event_processor.enqueue(token, event)
        future.add_done_callback(partial(self._handled, token))

    def _handled(self, token: str, _future: object) -> None:
        self._pending[token] -= 1
        if not self._pending[token]:
            del self._pending[token]


def bound_event_queues(app: rx.App, settings: WebSettings) -> None:
    """Bound the queues of an app's event websockets. Called before the first one is opened."""
    sio, namespace = app.sio, app.event_namespace
    if sio is None or namespace is None:
        return
    socketio = cast("Any", sio)
    eio = socketio.eio

    def close_overflowed(queue: OutgoingQueue) -> None:
        sid = next((sid for sid, socket in eio.sockets.items() if socket.queue is queue), None)
        if sid is not None and (environ := socketio.environ.get(sid)) is not None:
            _close(environ["asgi.scope"], "it does not read what is sent to it")

    def close_excessive(token: str) -> None:
        sid = namespace.token_to_sid.get(token)
        environ = socketio.get_environ(sid, EVENT_PATH) if sid is not None else None
        if environ is not None:
            _close(environ["asgi.scope"], "too many of its events wait to be handled")

    eio.create_queue = lambda: OutgoingQueue(max_bytes=settings.max_page_queue_bytes, on_overflow=close_overflowed)
    namespace.app = cast("rx.App", CountingApp(app, max_events=settings.max_pending_events, on_excess=close_excessive))


def _close(scope: Scope, reason: str) -> None:
    logger.info("disconnected a page: %s", reason)
    abort_connection(scope)
