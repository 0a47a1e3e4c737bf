"""The presence tracker: who is typing in a session, and who has it open. Kept in memory only."""

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
"""Seconds after the last report until a person counts as having stopped typing."""
REPEAT_SECONDS = 2.0
"""Minimum seconds between two events for a person who goes on typing."""

Publish = Callable[[ChatEvent], None]


@dataclass
class _Typing:
    session: ChatSession
    person: Person
    end: asyncio.TimerHandle
    published_at: float


class TabView:
    """A view of a session, for instance in a browser tab, that can be hidden for a while.

    Args:
        visible: Whether it is visible.
    """

    def __init__(self, *, visible: bool = True) -> None:
        self.visible = visible
        self.on_change: Callable[[], None] | None = None
        """Called when it was shown or hidden."""

    def show(self, visible: bool) -> None:
        """Show or hide the view."""
        if visible == self.visible:
            return
        self.visible = visible
        if self.on_change is not None:
            self.on_change()


class PresenceTracker:
    """Tracks the people present in all sessions of this process.

    Args:
        publish: Distributes a live event to the readers of its session.
    """

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._typing: defaultdict[str, dict[str, _Typing]] = defaultdict(dict)
        self._views: defaultdict[str, list[tuple[Person, TabView]]] = defaultdict(list)

    def start_typing(self, session: ChatSession, actor: Actor) -> None:
        """Record that a person is typing, which ends by itself unless it is reported again."""
        loop = asyncio.get_running_loop()
        before = self._typing[session.id].get(actor.user_id)
        if before is not None:
            before.end.cancel()
        is_repeat = before is not None and loop.time() - before.published_at < REPEAT_SECONDS
        typing = _Typing(
            session=session,
            person=Person(id=actor.user_id, name=actor.name),
            end=loop.call_later(TYPING_SECONDS, self.stop_typing, session.id, actor.user_id),
            published_at=before.published_at if before is not None and is_repeat else loop.time(),
        )
        self._typing[session.id][actor.user_id] = typing
        if not is_repeat:
            self._publish_data(session, _typing_event(typing.person, typing=True))

    def stop_typing(self, session_id: str, user_id: str) -> None:
        """Record that a person has stopped typing, if they were."""
        typing = self._typing.get(session_id, {}).pop(user_id, None)
        if typing is None:
            return
        if not self._typing[session_id]:
            del self._typing[session_id]
        typing.end.cancel()
        self._publish_data(typing.session, _typing_event(typing.person, typing=False))

    @contextmanager
    def viewing(self, session: ChatSession, actor: Actor, view: TabView) -> Generator[None]:
        """Count a person as present while their view is visible. Several views of a person count as one."""
        entry = (Person(id=actor.user_id, name=actor.name), view)
        self._views[session.id].append(entry)
        view.on_change = lambda: self._publish_data(session, self._present_people(session.id))
        view.on_change()
        try:
            yield
        finally:
            view.on_change = None
            self._views[session.id].remove(entry)
            self._publish_data(session, self._present_people(session.id))
            if not self._views[session.id]:
                del self._views[session.id]

    def present_events(self, session_id: str) -> list[LiveData]:
        """Return events with the present state of a session, for a new follower."""
        present: list[LiveData] = [
            _typing_event(typing.person, typing=True) for typing in self._typing.get(session_id, {}).values()
        ]
        if session_id in self._views:
            present.append(self._present_people(session_id))
        return present

    def _publish_data(self, session: ChatSession, data: LiveData) -> None:
        at = datetime.now(UTC)
        self._publish(ChatEvent(session_id=session.id, workspace_id=session.workspace_id, data=data, created_at=at))

    def _present_people(self, session_id: str) -> PersonLooking:
        people = {person.id: person for person, view in self._views[session_id] if view.visible}
        return PersonLooking(people=tuple(sorted(people.values(), key=lambda person: (person.name, person.id))))


def _typing_event(person: Person, *, typing: bool) -> PersonTyping:
    return PersonTyping(user_id=person.id, name=person.name, typing=typing)
