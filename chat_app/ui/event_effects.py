"""What an event changes on the page besides the transcript. A new event needs a rule here and in `patches_of`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Flag, auto
from typing import assert_never

from chat_app.domain import events
from chat_app.domain.events import ChatEvent, EventData


class Effect(Flag):
    """What an event changes besides the transcript."""

    NONE = 0
    LIST_ITEM = auto()
    """The session's row in the list, or whether the list shows it."""
    HEAD = auto()
    """Title, status, presence or people of the session."""
    MODEL = auto()
    """A turn has begun, whose model may have to be loaded."""
    UNREAD = auto()
    """There is something new to read."""


def effect_of(data: EventData, *, viewer_id: str) -> Effect:
    """Return what an event changes for a viewer."""
    match data:
        case events.TurnCompleted() | events.TurnFailed() | events.TurnCancelled():
            return Effect.LIST_ITEM | Effect.HEAD | Effect.UNREAD
        case events.TurnStarted():
            return Effect.LIST_ITEM | Effect.HEAD | Effect.MODEL
        case events.MessageCreated(message=message):
            written_by_another = message.role == "user" and message.author_id != viewer_id
            return Effect.LIST_ITEM | (Effect.UNREAD if written_by_another else Effect.NONE)
        case (
            events.SessionCreated()
            | events.SessionRenamed()
            | events.SessionArchived()
            | events.SessionRestored()
            | events.SessionDeleted()
            | events.SessionRead()
            | events.VisibilityChanged()
            | events.ParticipantAdded()
            | events.ParticipantRemoved()
            | events.TurnQueued()
        ):
            return Effect.LIST_ITEM | Effect.HEAD
        case events.TurnDelayed():
            return Effect.HEAD
        case (
            events.PartCompleted()
            | events.StepRestarted()
            | events.PartStarted()
            | events.PartDelta()
            | events.TypingStarted()
            | events.TypingStopped()
            | events.PersonTyping()
            | events.PersonLooking()
            | events.StreamReset()
        ):
            return Effect.NONE
        case _:
            assert_never(data)


def effect_of_batch(batch: Sequence[ChatEvent], *, viewer_id: str) -> Effect:
    """Return what several events together change for a viewer."""
    effect = Effect.NONE
    for event in batch:
        effect |= effect_of(event.data, viewer_id=viewer_id)
    return effect
