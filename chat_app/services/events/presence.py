"""Who is at a session now: people who write, and people who have it before them. Kept in memory alone."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from chat_app.domain.actor import Actor
from chat_app.domain.events import ChatEvent, LiveData, PersonLooking, PersonTyping
from chat_app.domain.sessions import ChatSession, Person

TYPING_SECONDS = 6.0
"""After which somebody who has not said so again is taken to have stopped."""
REPEAT_SECONDS = 2.0
"""Readers are told again of somebody who goes on no more often than this, however often it is said."""

Publish = Callable[[ChatEvent], None]


@dataclass
class _Writing:
    session: ChatSession
    person: Person
    end: asyncio.TimerHandle
    told_at: float


class TabView:
    """One view that somebody has of a session, a tab for instance, which may be out of their sight for a while.

    Args:
        visible: Whether it is in sight.
    """

    def __init__(self, *, visible: bool = True) -> None:
        self.visible = visible
        self.on_change: Callable[[], None] | None = None
        """Called when it came into sight or went out of it."""

    def show(self, visible: bool) -> None:
        """Take note that the view came into sight, or went out of it."""
        if visible == self.visible:
            return
        self.visible = visible
        if self.on_change is not None:
            self.on_change()


class PresenceTracker:
    """The people of all sessions of this process.

    Args:
        publish: Hands a live event to the readers of a session.
    """

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._writing: defaultdict[str, dict[str, _Writing]] = defaultdict(dict)
        self._looking: defaultdict[str, list[tuple[Person, TabView]]] = defaultdict(list)

    def type(self, session: ChatSession, actor: Actor) -> None:
        """Take note that somebody writes; without another note it ends by itself."""
        loop = asyncio.get_running_loop()
        known = self._writing[session.id].get(actor.user_id)
        if known is not None:
            known.end.cancel()
        told_at = known.told_at if known and loop.time() - known.told_at < REPEAT_SECONDS else loop.time()
        writing = _Writing(
            session=session,
            person=Person(id=actor.user_id, name=actor.name),
            end=loop.call_later(TYPING_SECONDS, self.stop_typing, session.id, actor.user_id),
            told_at=told_at,
        )
        self._writing[session.id][actor.user_id] = writing
        if known is None or told_at != known.told_at:
            self._tell(session, _typing(writing, typing=True))

    def stop_typing(self, session_id: str, user_id: str) -> None:
        """Take note that somebody has stopped writing; nothing happens when they were not."""
        writing = self._writing.get(session_id, {}).pop(user_id, None)
        if writing is None:
            return
        if not self._writing[session_id]:
            del self._writing[session_id]
        writing.end.cancel()
        self._tell(writing.session, _typing(writing, typing=False))

    @contextmanager
    def looking(self, session: ChatSession, actor: Actor, look: TabView) -> Generator[None]:
        """Count somebody among those who have the session before them; in several tabs they are still one."""
        entry = (Person(id=actor.user_id, name=actor.name), look)
        self._looking[session.id].append(entry)
        look.on_change = lambda: self._tell(session, self._people(session.id))
        look.on_change()
        try:
            yield
        finally:
            look.on_change = None
            self._looking[session.id].remove(entry)
            self._tell(session, self._people(session.id))
            if not self._looking[session.id]:
                del self._looking[session.id]

    def now(self, session_id: str) -> list[LiveData]:
        """Return what somebody who begins to follow has to be told: who writes and who looks, if anybody does."""
        found: list[LiveData] = [
            _typing(writing, typing=True) for writing in self._writing.get(session_id, {}).values()
        ]
        if session_id in self._looking:
            found.append(self._people(session_id))
        return found

    def _tell(self, session: ChatSession, data: LiveData) -> None:
        at = datetime.now(UTC)
        self._publish(ChatEvent(session_id=session.id, workspace_id=session.workspace_id, data=data, created_at=at))

    def _people(self, session_id: str) -> PersonLooking:
        people = {person.id: person for person, look in self._looking[session_id] if look.visible}
        return PersonLooking(people=tuple(sorted(people.values(), key=lambda person: (person.name, person.id))))


def _typing(writing: _Writing, *, typing: bool) -> PersonTyping:
    return PersonTyping(user_id=writing.person.id, name=writing.person.name, typing=typing)
