"""Follows a session for one tab: turns batches of events into patches of the browser's transcript."""

from __future__ import annotations

from collections.abc import Sequence

from chat_app.domain.events import ChatEvent, StreamReset
from chat_app.domain.transcript import Gap, Transcript, apply_event
from chat_app.domain.turns import TurnStatus
from chat_app.ui.protocol import TranscriptPatch
from chat_app.ui.transcript.patches import patches_of

KEPT_MESSAGES = 40
"""Messages that a follower keeps. Only the newest change; the browser has the rest."""


class SessionFollower:
    """The newest part of a session's transcript, kept up to date with its events.

    Args:
        transcript: The snapshot that the browser has.
        viewer_id: The id of the viewer.
    """

    def __init__(self, transcript: Transcript, *, viewer_id: str = "") -> None:
        self.transcript = transcript
        self._viewer_id = viewer_id

    def apply(self, batch: Sequence[ChatEvent]) -> list[TranscriptPatch]:
        """Apply events and return what they change in the browser's transcript.

        Raises:
            Gap: Events are missing before one of them; a new snapshot is needed.
        """
        patches: list[TranscriptPatch] = []
        for event in batch:
            if isinstance(event.data, StreamReset):
                raise Gap("the reader was too slow")
            after = apply_event(self.transcript, event)
            patches += patches_of(self.transcript, event, after, viewer_id=self._viewer_id)
            self.transcript = after
        if self.transcript.participant_changes:
            self._drop_changes()
        if len(self.transcript.messages) > 2 * KEPT_MESSAGES:
            self._drop_old_messages()
        return patches

    def _drop_old_messages(self) -> None:
        messages = self.transcript.messages[-KEPT_MESSAGES:]
        kept = {message.task_id for message in messages}
        turns = {turn_id: turn for turn_id, turn in self.transcript.turns.items() if turn_id in kept}
        self.transcript = self.transcript.model_copy(update={"messages": messages, "turns": turns})

    def _drop_changes(self) -> None:
        # The browser has them, and no later event changes them.
        self.transcript = self.transcript.model_copy(update={"participant_changes": ()})

    @property
    def unfinished(self) -> bool:
        """Whether a turn is running or queued."""
        return any(not turn.status.ended for turn in self.transcript.turns.values())

    @property
    def blocked(self) -> bool:
        """Whether a turn waits for a person."""
        return any(turn.status is TurnStatus.WAITING for turn in self.transcript.turns.values())
