"""Event filters: which events a follower may see, also when their access changes while they follow.

An event that takes a session away from a person is the last event of it that they receive, so that their page can
close it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from chat_app.db import participants, sessions
from chat_app.domain.access import SessionFacts
from chat_app.domain.actor import Actor
from chat_app.domain.events import (
    ChatEvent,
    ParticipantAdded,
    ParticipantRemoved,
    SessionCreated,
    SessionDeleted,
    VisibilityChanged,
)
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.services import access
from chat_app.services.runtime import current

_ACCESS_CHANGES = (SessionCreated, SessionDeleted, VisibilityChanged, ParticipantAdded, ParticipantRemoved)
"""Events after which other people than before may read the session."""


class SessionEventFilter:
    """Filters the events of a session for one follower, whose access it derives from those events.

    Args:
        actor: The follower.
        session: The session at the start.
        participates: Whether the follower participates in it at the start.
    """

    def __init__(self, actor: Actor, session: ChatSession, *, participates: bool) -> None:
        self.session = session
        self.is_open = True
        """Whether the follower may see further events."""
        self._actor = actor
        self._participates = participates

    def visible(self, batch: Sequence[ChatEvent]) -> list[ChatEvent]:
        """Return the events up to the one that ends the follower's access."""
        visible: list[ChatEvent] = []
        # Also before the first event, because a change of the agents file has no event.
        self._update_access()
        for event in batch:
            if not self.is_open:
                break
            visible.append(event)
            self._apply(event)
        return visible

    def _apply(self, event: ChatEvent) -> None:
        match event.data:
            case SessionDeleted():
                self.is_open = False
                return
            case VisibilityChanged(visibility=visibility):
                self.session = self.session.model_copy(update={"visibility": visibility})
            case ParticipantAdded(participant=person) if person.id == self._actor.user_id:
                self._participates = True
            case ParticipantRemoved(user_id=self._actor.user_id):
                self._participates = False
            case _:
                return
        self._update_access()

    def _update_access(self) -> None:
        self.is_open = self.is_open and _may_read(self._actor, self.session, participates=self._participates)


class _KnownSession(NamedTuple):
    session: ChatSession | None
    """None when it is deleted."""
    participates: bool


class WorkspaceEventFilter:
    """Filters the events of all sessions of a workspace for one follower.

    It reads a session's facts from the database once, and again after an event that changes who may read it.

    Args:
        actor: The follower.
    """

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._known: dict[str, _KnownSession] = {}

    async def visible(self, batch: Sequence[ChatEvent]) -> list[ChatEvent]:
        """Return the events that the follower may see."""
        for event in batch:
            if isinstance(event.data, _ACCESS_CHANGES):
                self._known.pop(event.session_id, None)
        unknown = {event.session_id for event in batch} - self._known.keys()
        if unknown:
            await self._load(unknown)
        return [event for event in batch if self._is_visible(event)]

    async def _load(self, session_ids: Collection[str]) -> None:
        async with current().db.read() as tx:
            loaded = await sessions.get_many(tx, session_ids)
            joined = await participants.sessions_of(tx, self._actor.user_id, session_ids)
        self._known |= {
            session_id: _KnownSession(loaded.get(session_id), participates=session_id in joined)
            for session_id in session_ids
        }

    def _is_visible(self, event: ChatEvent) -> bool:
        session, participates = self._known[event.session_id]
        if session is not None and _may_read(self._actor, session, participates=participates):
            return True
        match event.data:
            case SessionDeleted() as deleted:
                return self._could_read_deleted(event.workspace_id, deleted)
            case ParticipantRemoved(user_id=self._actor.user_id):
                return True
            case VisibilityChanged(before=Visibility.WORKSPACE as before) if session is not None:
                session_before = session.model_copy(update={"visibility": before})
                return _may_read(self._actor, session_before, participates=participates)
            case _:
                return False

    def _could_read_deleted(self, workspace_id: str, deleted: SessionDeleted) -> bool:
        facts = SessionFacts(workspace_id=workspace_id, creator_id=deleted.creator_id, visibility=deleted.visibility)
        participated = self._actor.user_id in deleted.participants
        return access.may_read(self._actor, facts, agent_key=deleted.agent_key, participates=participated)


def _may_read(actor: Actor, session: ChatSession, *, participates: bool) -> bool:
    return access.may_read(actor, SessionFacts.of(session), agent_key=session.agent_key, participates=participates)
