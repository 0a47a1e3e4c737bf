"""Bounds the open TCP connections of the server, in all and for each address, and ends those that keep it waiting.

A connection is *waiting* until a request has arrived completely, and again after the response. At a bound, the
connection that has waited longest gives way to a new one, so connections without a request never keep others out.
"""

from __future__ import annotations

import logging
from asyncio import Transport
from dataclasses import dataclass, field
from typing import Protocol

from chat_app.domain.networks import network_of

logger = logging.getLogger(__name__)

STALL_CHECKS = 4
"""Looks at the unsent bytes of each connection within `stall_seconds`."""


class Waiting(Protocol):
    """A connection that waits for a request."""

    def give_up(self) -> None:
        """Close the connection, with a response if a part of a request has arrived."""
        ...


@dataclass(eq=False)
class _Open:
    """An open connection.

    Args:
        connection: Its protocol while it serves HTTP.
        address: The network of its client.
        deadline: When to give it up, in seconds of the event loop; None while it is not waiting.
        unsent: Bytes that the client had not taken at the last look; -1 while it takes all.
        stalled_since: When the client last took anything.
    """

    connection: Waiting
    address: str
    deadline: float | None = None
    unsent: int = -1
    stalled_since: float = 0.0


@dataclass
class _Address:
    """The connections of one address."""

    count: int = 0
    waiting: dict[Transport, None] = field(default_factory=dict[Transport, None])


class OpenConnections:
    """The open TCP connections of the server.

    Args:
        most: Connections that may be open.
        most_per_address: Connections that may be open from one address; None when all come from a proxy.
        stall_seconds: Seconds after which a connection is closed if its client takes nothing of what was sent, or ever
            less than what is sent.
    """

    def __init__(self, *, most: int, most_per_address: int | None, stall_seconds: float) -> None:
        self._most = most
        self._most_per_address = most if most_per_address is None else most_per_address
        self._stall_seconds = stall_seconds
        self._next_look = 0.0
        self._open: dict[Transport, _Open] = {}
        self._waiting: dict[Transport, None] = {}
        self._addresses: dict[str, _Address] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, transport: Transport, connection: Waiting, *, address: str, deadline: float) -> bool:
        """Add a new connection, which waits for its first request.

        Args:
            transport: The connection.
            connection: Its protocol.
            address: The address of its client.
            deadline: When to give it up, in seconds of the event loop.

        Returns:
            Whether there was room for it, if necessary in place of one that waits.
        """
        network = network_of(address)
        of_address = self._addresses.get(network)
        if of_address is not None and of_address.count >= self._most_per_address:
            room = self._make_room(of_address.waiting)
        else:
            room = len(self._open) < self._most or self._make_room(self._waiting)
        if not room:
            logger.warning("a connection was refused: %d are open", len(self._open))
            return False
        self._open[transport] = _Open(connection, network)
        self._addresses.setdefault(network, _Address()).count += 1
        self.wait(transport, deadline=deadline)
        return True

    def wait(self, transport: Transport, *, deadline: float) -> None:
        """Record until when a connection may wait for a request, or for the rest of one."""
        entry = self._open.get(transport)
        if entry is None:
            return
        if entry.deadline is None:
            self._waiting[transport] = None
            self._addresses[entry.address].waiting[transport] = None
        entry.deadline = deadline

    def serve(self, transport: Transport) -> None:
        """Record that a request has arrived, and that the connection waits no longer."""
        entry = self._open.get(transport)
        if entry is not None and entry.deadline is not None:
            entry.deadline = None
            del self._waiting[transport]
            del self._addresses[entry.address].waiting[transport]

    def close(self, transport: Transport) -> None:
        """Remove a connection."""
        entry = self._open.get(transport)
        if entry is None:
            return
        self.serve(transport)
        del self._open[transport]
        of_address = self._addresses[entry.address]
        of_address.count -= 1
        if not of_address.count:
            del self._addresses[entry.address]

    def advance(self, transport: Transport) -> None:
        """Record that a client takes what is sent to it."""
        entry = self._open.get(transport)
        if entry is not None:
            entry.unsent = -1

    def sweep(self, now: float) -> None:
        """Give up the connections whose time is over, and close those whose clients take nothing.

        Args:
            now: The time of the event loop in seconds.
        """
        for transport in list(self._waiting):
            entry = self._open[transport]
            if entry.deadline is not None and entry.deadline <= now and not transport.is_closing():
                entry.connection.give_up()
        if now >= self._next_look:
            self._next_look = now + self._stall_seconds / STALL_CHECKS
            for transport, entry in list(self._open.items()):
                self._close_stalled(transport, entry, now)

    def _close_stalled(self, transport: Transport, entry: _Open, now: float) -> None:
        unsent = transport.get_write_buffer_size()
        if not unsent and not transport.is_closing():
            entry.unsent = -1
        elif entry.unsent < 0 or unsent < entry.unsent:
            entry.unsent, entry.stalled_since = unsent, now
        elif now - entry.stalled_since >= self._stall_seconds:
            transport.abort()
        else:
            entry.unsent = unsent

    def _make_room(self, waiting: dict[Transport, None]) -> bool:
        """Give up the connection that has waited longest, and return whether there was one."""
        oldest = next(iter(waiting), None)
        if oldest is None:
            return False
        connection = self._open[oldest].connection
        self.close(oldest)
        connection.give_up()
        oldest.abort()
        logger.warning("a connection without a request gave way to a new one: %d are open", len(self._open))
        return True
