"""What a follower of a session keeps between two batches of events: enough to say what each one changes."""

from __future__ import annotations

from collections.abc import Sequence

from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent, MessageCreated, StreamReset
from chat_app.domain.transcript import Gap, Transcript, apply_event
from chat_app.domain.turns import TurnStatus
from chat_app.ui.transcript.patches import Patch, patch_of

KEPT_MESSAGES = 40
"""Messages that a follower keeps: what changes is among the newest, and the browser has the rest."""


class SessionFollower:
    """One session as its follower knows it.

    Args:
        transcript: The snapshot that the browser was sent.
        viewer: The id of the person who follows.
    """

    def __init__(self, transcript: Transcript, *, viewer: str = "") -> None:
        self.transcript = transcript
        self._viewer = viewer

    def apply(self, batch: Sequence[ChatEvent]) -> list[Patch]:
        """Take in events and return what they change in the browser's store.

        Raises:
            Gap: Something is missing before one of them; a new snapshot is needed.
        """
        patches: list[Patch] = []
        for event in batch:
            if isinstance(event.data, StreamReset):
                raise Gap("the reader was too slow")
            after = apply_event(self.transcript, event)
            patches += patch_of(self.transcript, event, after, viewer=self._viewer)
            self.transcript = after
        if len(self.transcript.messages) > 2 * KEPT_MESSAGES:
            self._forget_old_messages()
        return patches

    def _forget_old_messages(self) -> None:
        messages = self.transcript.messages[-KEPT_MESSAGES:]
        kept = {message.task_id for message in messages}
        turns = {turn_id: turn for turn_id, turn in self.transcript.turns.items() if turn_id in kept}
        self.transcript = self.transcript.model_copy(update={"messages": messages, "turns": turns})

    @property
    def unfinished(self) -> bool:
        """Whether a turn runs or waits to run."""
        return any(not turn.status.ended for turn in self.transcript.turns.values())

    @property
    def blocked(self) -> bool:
        """Whether a turn waits for a person."""
        return any(turn.status is TurnStatus.WAITING for turn in self.transcript.turns.values())


def changes_head(batch: Sequence[ChatEvent]) -> bool:
    """Whether the events may change title, presence, status or people of the session."""
    return any(event.type.startswith(("session.", "turn.", "participant.")) for event in batch)


def ends_turn(batch: Sequence[ChatEvent]) -> bool:
    """Whether a turn ended in these events."""
    return any(event.type in LAST_OF_A_TURN for event in batch)


def brings_remark(batch: Sequence[ChatEvent], *, viewer: str) -> bool:
    """Whether somebody else than the viewer wrote a message in these events."""
    return any(
        isinstance(event.data, MessageCreated)
        and event.data.message.role == "user"
        and event.data.message.author_id != viewer
        for event in batch
    )


def starts_turn(batch: Sequence[ChatEvent]) -> bool:
    """Whether a turn began in these events."""
    return any(event.type == "turn.started" for event in batch)
