"""What a follower may see of what happens, also when that changes while they follow.

An event that takes a session away from somebody is the last one of it that they get, so that what shows the session
to them can let go of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chat_app.db import participants, sessions
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

_CHANGES = (SessionCreated, SessionDeleted, VisibilityChanged, ParticipantAdded, ParticipantRemoved)
"""After these, somebody else than before may read the session."""


class SessionEventFilter:
    """One follower of one session; the session's own events say what they may see of it.

    Args:
        actor: Who follows.
        session: The session as it was when they began.
        participates: Whether they took part in it then.
    """

    def __init__(self, actor: Actor, session: ChatSession, *, participates: bool) -> None:
        self.session = session
        self.lasts = True
        """Whether there may be more to see."""
        self._actor = actor
        self._participates = participates

    def of(self, batch: Sequence[ChatEvent]) -> list[ChatEvent]:
        """Return the events up to the one that ends the sight; none when something else has ended it meanwhile."""
        seen: list[ChatEvent] = []
        # Before the first as well: an agents file changes without an event.
        self._look()
        for event in batch:
            if not self.lasts:
                break
            seen.append(event)
            self._take(event)
        return seen

    def _take(self, event: ChatEvent) -> None:
        match event.data:
            case SessionDeleted():
                self.lasts = False
                return
            case VisibilityChanged(visibility=visibility):
                self.session = self.session.model_copy(update={"visibility": visibility})
            case ParticipantAdded(participant=person) if person.id == self._actor.user_id:
                self._participates = True
            case ParticipantRemoved(user_id=self._actor.user_id):
                self._participates = False
            case _:
                return
        self._look()

    def _look(self) -> None:
        self.lasts = self.lasts and access.may_read(self._actor, self.session, participates=self._participates)


class WorkspaceEventFilter:
    """One follower of all sessions of a workspace; asks once for each session, and again after what changes it.

    Args:
        actor: Who follows.
    """

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._known: dict[str, tuple[ChatSession | None, bool]] = {}
        """Sessions, None for one that is gone, and whether the actor takes part in them."""

    async def of(self, batch: Sequence[ChatEvent]) -> list[ChatEvent]:
        """Return the events that the actor may see."""
        for event in batch:
            if isinstance(event.data, _CHANGES):
                self._known.pop(event.session_id, None)
        unknown = {event.session_id for event in batch} - self._known.keys()
        if unknown:
            await self._ask(unknown)
        return [event for event in batch if self._sees(event)]

    async def _ask(self, session_ids: Collection[str]) -> None:
        async with current().db.read() as tx:
            found = await sessions.get_many(tx, session_ids)
            taking_part = await participants.sessions_of(tx, self._actor.user_id, session_ids)
        self._known |= {each: (found.get(each), each in taking_part) for each in session_ids}

    def _sees(self, event: ChatEvent) -> bool:
        session, participates = self._known[event.session_id]
        if session is not None and access.may_read(self._actor, session, participates=participates):
            return True
        match event.data:
            case SessionDeleted() as deleted:
                return self._could_read(deleted)
            case ParticipantRemoved(user_id=self._actor.user_id):
                return True
            case VisibilityChanged(before=Visibility.WORKSPACE) if session is not None:
                return access.may_read_sessions_of(self._actor, session.agent_key)
            case _:
                return False

    def _could_read(self, deleted: SessionDeleted) -> bool:
        if deleted.creator_id == self._actor.user_id:
            return True
        match deleted.visibility:
            case Visibility.PRIVATE:
                return False
            case Visibility.GROUP:
                return self._actor.user_id in deleted.participants
            case Visibility.WORKSPACE:
                return access.may_read_sessions_of(self._actor, deleted.agent_key)
