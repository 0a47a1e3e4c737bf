"""Open ways in: every request, stream and socket, who acts through it, and how it is ended.

What ends a login ends what is open through it, in the same moment and not at the next request.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager

from chat_app.domain.actor import Actor
from chat_app.domain.errors import Unauthenticated

SIGNED_OUT = "You are not signed in. Sign in and try again; what you typed is kept."


class Connection:
    """One open way in.

    Args:
        name: Names it; only the server can say it.
        actor: Who acts through it.
    """

    def __init__(self, name: str, actor: Actor) -> None:
        self.name = name
        self.actor = actor
        self.ended = False
        self.used = True
        """Whether something came through since this was last looked at."""
        self._on_end: list[Callable[[], None]] = []

    def on_end(self, callback: Callable[[], None]) -> None:
        """Have something called when the entrance is ended; at once if it has been."""
        if self.ended:
            callback()
        else:
            self._on_end.append(callback)

    def end(self) -> None:
        """Let nothing more through."""
        if not self.ended:
            self.ended = True
            for callback in self._on_end:
                callback()


class ConnectionRegistry:
    """All that are open in this process."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}

    @contextmanager
    def open(self, actor: Actor) -> Generator[Connection]:
        """Let an actor in for as long as the block runs."""
        entrance = Connection(secrets.token_hex(16), actor)
        self._open[entrance.name] = entrance
        try:
            yield entrance
        finally:
            del self._open[entrance.name]

    def actor_of(self, name: str) -> Actor:
        """Return who acts through an entrance.

        Raises:
            Unauthenticated: It is closed, or has been ended.
        """
        entrance = self._open.get(name)
        if entrance is None or entrance.ended:
            raise Unauthenticated(SIGNED_OUT)
        return entrance.actor

    def end(self, which: Callable[[Actor], bool]) -> None:
        """End those whose actor is one of these."""
        for entrance in list(self._open.values()):
            if which(entrance.actor):
                entrance.end()

    def take_used(self) -> set[str]:
        """Return the logins and tokens through which something came since this was last asked."""
        used = {each.actor.login_id for each in self._open.values() if each.used and each.actor.login_id}
        for entrance in self._open.values():
            entrance.used = False
        return used

    def logins(self) -> set[str]:
        """Return the logins and tokens that something is open for."""
        return {each.actor.login_id for each in self._open.values() if each.actor.login_id}
