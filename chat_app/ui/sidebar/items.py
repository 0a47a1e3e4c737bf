"""A session as the browser's list takes it."""

from __future__ import annotations

from typing import assert_never

from chat_app.domain.agents import Agent
from chat_app.domain.events import (
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
from chat_app.domain.sessions import Origin, SessionSummary, Visibility
from chat_app.ui.conversation.values import session_head
from chat_app.ui.protocol import SessionItem


def session_item(summary: SessionSummary, agent: Agent | None) -> SessionItem:
    """Return the list's item for a session; its agent may be gone."""
    session = summary.session
    return {
        **session_head(session, agent),
        "preview": summary.preview,
        "mine": summary.preview_role == "user" and session.visibility == Visibility.PRIVATE,
        "at": session.last_activity_at.isoformat(),
        "live": summary.live,
        "unread": summary.unread,
        "origin": None if session.origin == Origin.UI else session.origin,
        "pinned": False,
    }


def changes_item(data: EventData) -> bool:
    """Whether an event may change a session's item, or whether the list shows it."""
    match data:
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
            | MessageCreated()
            | TurnQueued()
            | TurnStarted()
            | TurnCompleted()
            | TurnFailed()
            | TurnCancelled()
        ):
            return True
        case (
            TurnDelayed()
            | PartCompleted()
            | StepRestarted()
            | PartStarted()
            | PartDelta()
            | TypingStarted()
            | TypingStopped()
            | PersonTyping()
            | PersonLooking()
            | StreamReset()
        ):
            return False
        case _:
            assert_never(data)
