"""Interfaces through which a turn's workflow uses the rest of the application; the services implement them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chat_app.agents.run.live import LiveTurn
from chat_app.domain.agents import Agent
from chat_app.domain.messages import Message
from chat_app.domain.parts import ErrorPart, Part
from chat_app.domain.turns import Delay, EndReason, Turn, Usage

if TYPE_CHECKING:
    from pydantic_ai.models import Model

StoredKey = Callable[[str], str | None]
"""Returns a stored key of the turn's workspace by its name, or None; raises ConfigError when it can't be decrypted."""

BuildModel = Callable[[Agent, str, StoredKey], "Model"]
"""Returns the model of an agent, given the model id of the turn and the keys of its workspace."""


@dataclass(frozen=True, kw_only=True)
class TurnInput:
    """Everything that a turn's workflow needs to begin."""

    turn: Turn
    agent: Agent
    """The agent as it was when the turn was requested."""
    live: LiveTurn
    """Receives the text while it is written. It is registered before the turn is marked as running, so that a stop
    reaches it."""
    history: Sequence[Message]
    """The messages before the question, oldest first."""
    question: Message
    several_people: bool
    """Whether several people write in the session, so that the model must see who wrote what."""
    stored_key: StoredKey
    """Decrypts a key when it is needed, so that no key is part of what is stored of a turn."""


class TurnRecorder(Protocol):
    """Stores what a running turn produces.

    Each method is one transaction, may be called again with the same values, and does nothing once the turn has
    ended: after a committed stop, every later write is ignored.
    """

    async def begin(self, turn_id: str, *, resumed: bool) -> TurnInput | None:
        """Mark the turn as running and return its input, or None when the turn has ended.

        Args:
            turn_id: The turn.
            resumed: Whether an earlier process has run part of it.
        """
        ...

    async def settle(self, turn_id: str, parts: Sequence[Part]) -> bool:
        """Store finished parts; return False when the turn has ended meanwhile."""
        ...

    async def restart_step(self, turn_id: str, *, step: int, attempt: int) -> None:
        """Record that a model call is repeated, and discard the text of the earlier attempt."""
        ...

    async def delay(self, turn_id: str, delay: Delay | None) -> None:
        """Record why the turn waits, or with None that it continues."""
        ...

    async def complete(self, turn_id: str, *, usage: Usage, end_reason: EndReason | None = None) -> None:
        """End the turn as completed; `end_reason` says why the answer may be incomplete."""
        ...

    async def fail(self, turn_id: str, error: ErrorPart, *, usage: Usage) -> None:
        """End the turn with an error; text that was already shown is kept."""
        ...

    async def suggest_title(self, session_id: str, title: str) -> None:
        """Set the session's title unless a person has set one."""
        ...

    async def wants_title(self, session_id: str) -> bool:
        """Return whether the session's title is still the first words of its first message."""
        ...
