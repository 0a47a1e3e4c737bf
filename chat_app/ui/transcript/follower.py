"""Follows a session for one tab: turns batches of events into patches of the browser's transcript."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Flag, auto
from typing import assert_never

from chat_app.domain.events import (
    ChatEvent,
    EventData,
    MessageCreated,
    PartCompleted,
    PartDelta,
    ParticipantAdded,
    ParticipantRemoved,
    PartStarted,
    PersonLooking,
    PersonTyping,
    SessionArchived,
    SessionCreated,
    SessionDeleted,
    SessionRead,
    SessionRenamed,
    SessionRestored,
    StepRestarted,
    StreamReset,
    TurnCancelled,
    TurnCompleted,
    TurnDelayed,
    TurnFailed,
    TurnQueued,
    TurnStarted,
    TypingStarted,
    TypingStopped,
    VisibilityChanged,
)
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
        if len(self.transcript.messages) > 2 * KEPT_MESSAGES:
            self._drop_old_messages()
        return patches

    def _drop_old_messages(self) -> None:
        messages = self.transcript.messages[-KEPT_MESSAGES:]
        kept = {message.task_id for message in messages}
        turns = {turn_id: turn for turn_id, turn in self.transcript.turns.items() if turn_id in kept}
        self.transcript = self.transcript.model_copy(update={"messages": messages, "turns": turns})

    @property
    def unfinished(self) -> bool:
        """Whether a turn is running or queued."""
        return any(not turn.status.ended for turn in self.transcript.turns.values())

    @property
    def blocked(self) -> bool:
        """Whether a turn waits for a person."""
        return any(turn.status is TurnStatus.WAITING for turn in self.transcript.turns.values())


class Effect(Flag):
    """What an event changes around the transcript."""

    NONE = 0
    HEAD = auto()
    """Title, status, presence or people of the session."""
    MODEL = auto()
    """A turn has begun, whose model may have to be loaded."""
    UNREAD = auto()
    """There is something new to read."""


def effect_of(data: EventData, *, viewer_id: str) -> Effect:
    """Return what an event changes around the transcript of a viewer."""
    match data:
        case TurnCompleted() | TurnFailed() | TurnCancelled():
            return Effect.HEAD | Effect.UNREAD
        case TurnStarted():
            return Effect.HEAD | Effect.MODEL
        case MessageCreated(message=message):
            written_by_another = message.role == "user" and message.author_id != viewer_id
            return Effect.UNREAD if written_by_another else Effect.NONE
        case (
            SessionCreated()
            | SessionRenamed()
            | SessionArchived()
            | SessionRestored()
            | SessionDeleted()
            | SessionRead()
            | VisibilityChanged()
            | ParticipantAdded()
            | ParticipantRemoved()
            | TurnQueued()
            | TurnDelayed()
        ):
            return Effect.HEAD
        case (
            PartCompleted()
            | StepRestarted()
            | PartStarted()
            | PartDelta()
            | TypingStarted()
            | TypingStopped()
            | PersonTyping()
            | PersonLooking()
            | StreamReset()
        ):
            return Effect.NONE
        case _:
            assert_never(data)


def effect_of_batch(batch: Sequence[ChatEvent], *, viewer_id: str) -> Effect:
    """Return what several events together change around the transcript of a viewer."""
    effect = Effect.NONE
    for event in batch:
        effect |= effect_of(event.data, viewer_id=viewer_id)
    return effect
