"""Registry of the open connections: authenticated requests, event streams and websockets.

When a login ends, its connections are closed immediately and not only refused at their next request.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager

from chat_app.domain.actor import Actor
from chat_app.domain.errors import Unauthenticated

SIGNED_OUT = "You are not signed in. Sign in and try again. Your draft is saved."


class Connection:
    """An open request, event stream or websocket, and who uses it.

    Args:
        connection_id: Identifies the connection. It is random, so that no client can guess it.
        actor: Who uses the connection.
    """

    def __init__(self, connection_id: str, actor: Actor) -> None:
        self.id = connection_id
        self.actor = actor
        self.ended = False
        self.used = True
        """Whether anything was received since `ConnectionRegistry.take_used_logins` was last called."""
        self._on_end: list[Callable[[], None]] = []

    def on_end(self, callback: Callable[[], None]) -> None:
        """Register a callback for the end of the connection; it is called at once if the connection has ended."""
        if self.ended:
            callback()
        else:
            self._on_end.append(callback)

    def end(self) -> None:
        """End the connection and call the registered callbacks."""
        if not self.ended:
            self.ended = True
            for callback in self._on_end:
                callback()


class ConnectionRegistry:
    """The open connections of this process."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}
        self.ends = 0
        """How often connections were ended: whoever looks up an actor meanwhile may have found an ended login."""

    @contextmanager
    def open(self, actor: Actor) -> Generator[Connection]:
        """Register a connection of an actor for the duration of the block."""
        connection = Connection(secrets.token_hex(16), actor)
        self._open[connection.id] = connection
        try:
            yield connection
        finally:
            del self._open[connection.id]

    def actor_of(self, connection_id: str) -> Actor:
        """Return who uses a connection.

        Raises:
            Unauthenticated: The connection is closed or has been ended.
        """
        connection = self._open.get(connection_id)
        if connection is None or connection.ended:
            raise Unauthenticated(SIGNED_OUT)
        return connection.actor

    def end(self, condition: Callable[[Actor], bool]) -> None:
        """End the connections whose actor fulfils a condition."""
        self.ends += 1
        for connection in list(self._open.values()):
            if condition(connection.actor):
                connection.end()

    def take_used_logins(self) -> set[str]:
        """Return the ids of the logins and tokens used since the last call."""
        used = {
            connection.actor.login_id
            for connection in self._open.values()
            if connection.used and connection.actor.login_id
        }
        for connection in self._open.values():
            connection.used = False
        return used

    def open_logins(self) -> set[str]:
        """Return the ids of the logins and tokens that have open connections."""
        return {connection.actor.login_id for connection in self._open.values() if connection.actor.login_id}
