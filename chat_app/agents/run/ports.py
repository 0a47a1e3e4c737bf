"""What running a turn needs from the rest of the application, as one interface.

The services implement it; a turn's workflow knows nothing of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from chat_app.agents.run.live import LiveTurn
from chat_app.domain.agents import Agent
from chat_app.domain.messages import Message
from chat_app.domain.parts import ErrorPart, Part
from chat_app.domain.turns import Delay, Turn, Usage

StoredKey = Callable[[str], str | None]
"""Returns a key that the turn's workspace keeps, by its name, or None; raises ConfigError when it can't be opened."""


@dataclass(frozen=True, kw_only=True)
class TurnInput:
    """All that a turn begins with."""

    turn: Turn
    agent: Agent
    """As it was when the turn was asked for."""
    live: LiveTurn
    """Takes the open text; it is known to who stops the turn from the moment at which the turn was seen to run."""
    history: Sequence[Message]
    """The messages before the question, oldest first."""
    question: Message
    several_people: bool
    """Whether the person's messages are those of several people, whom the model has to tell apart."""
    stored_key: StoredKey
    """Opens the workspace's keys when they are needed: none of them is in here, or anywhere that a turn is stored."""


class TurnRecorder(Protocol):
    """Where a running turn writes what happens.

    Each method is one transaction, may be called again with the same values, and does nothing once the turn has
    ended: a stop that was committed fences every later write.
    """

    async def begin(self, turn_id: str, *, resumed: bool) -> TurnInput | None:
        """Mark the turn as running and return its input, or None when there is nothing left to do."""
        ...

    async def settle(self, turn_id: str, parts: Sequence[Part]) -> bool:
        """Keep parts for good; False when the turn has ended meanwhile."""
        ...

    async def restart_step(self, turn_id: str, *, step: int, attempt: int) -> None:
        """Say that a model call is asked again, and drop its open text."""
        ...

    async def delay(self, turn_id: str, delay: Delay | None) -> None:
        """Say why the turn waits, or that it goes on."""
        ...

    async def complete(self, turn_id: str, *, usage: Usage) -> None:
        """End the turn well."""
        ...

    async def fail(self, turn_id: str, error: ErrorPart, *, usage: Usage) -> None:
        """End the turn with an error; open text stays as what was seen."""
        ...

    async def suggest_title(self, session_id: str, title: str) -> None:
        """Give the session a title unless a person has."""
        ...

    async def wants_title(self, session_id: str) -> bool:
        """Whether the session still has no better title than its first words."""
        ...
