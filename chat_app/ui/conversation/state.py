"""The state of the conversation that is shown: which one it is, and how its agent is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypedDict

import reflex as rx

from chat_app.domain.agents import Agent
from chat_app.domain.sessions import ChatSession, Participant, SessionStatus, Visibility
from chat_app.ui.address import NEW, Address

Presence = Literal["online", "thinking", "blocked", "offline"]
GONE_COLOR = "#777777"
"""The avatar of an agent that is no longer in the agents file."""


class SessionHead(TypedDict):
    """What the page says about its conversation; an id of "" is one that has no session yet."""

    id: str
    href: str
    title: str
    archived: bool
    agent_key: str
    agent_name: str
    color: str
    initial: str


NO_SESSION = SessionHead(id="", href="", title="", archived=False, agent_key="", agent_name="", color="", initial="")


class PersonHere(TypedDict):
    """A person in a conversation."""

    id: str
    name: str
    email: str
    role: str


class Sharing(TypedDict):
    """Who has a conversation; a visibility of "" is that of none that could be shared."""

    visibility: str
    creator: str
    people: list[PersonHere]
    manages: bool
    """Whether the person who looks may change it."""


NOT_SHARED = Sharing(visibility="", creator="", people=[], manages=False)


class Named(TypedDict):
    """Somebody, as others are told of them."""

    id: str
    name: str


class HeaderState(rx.State):
    """The head of the conversation that is shown."""

    session: SessionHead = NO_SESSION
    presence: Presence = "offline"
    sharing: Sharing = NOT_SHARED
    looking: list[Named] = []
    """Who else has the conversation before them."""
    viewer: str = ""
    """The id of the person who looks."""

    @rx.var
    def shared(self) -> bool:
        """Whether the conversation is not its creator's alone."""
        return self.sharing["visibility"] not in ("", Visibility.PRIVATE)

    @rx.var
    def others(self) -> list[PersonHere]:
        """The other people of the conversation."""
        return [person for person in self.sharing["people"] if person["id"] != self.viewer]

    @rx.var
    def accompanied(self) -> bool:
        """Whether others may be told that the person writes, and the other way round."""
        group = self.sharing["visibility"] == "group" and len(self.sharing["people"]) > 1
        return group or (self.sharing["visibility"] == "workspace" and bool(self.looking))


def session_head(session: ChatSession, agent: Agent | None) -> SessionHead:
    """Return the head of a session; its agent may be gone."""
    return {
        **_agent_head(agent, key=session.agent_key),
        "id": session.id,
        "href": Address(agent_key=session.agent_key, session_id=session.id).href,
        "title": session.title,
        "archived": session.status == SessionStatus.ARCHIVED,
    }


def sharing_of(session: ChatSession, participants: Iterable[Participant], *, manages: bool) -> Sharing:
    """Return who has a session.

    Args:
        session: The session.
        participants: Its participants.
        manages: Whether the person who looks may change it.
    """
    people = [
        PersonHere(id=each.id, name=each.name, email=each.email or "", role=each.role.value) for each in participants
    ]
    return Sharing(visibility=session.visibility.value, creator=session.creator_id, people=people, manages=manages)


def new_head(agent: Agent | None) -> SessionHead:
    """Return the head of a conversation without a session; without an agent either, of none."""
    if agent is None:
        return NO_SESSION
    href = Address(agent_key=agent.key, session_id=NEW).href
    return {**_agent_head(agent, key=agent.key), "href": href}


def _agent_head(agent: Agent | None, *, key: str) -> SessionHead:
    name = agent.name if agent else key
    return {
        **NO_SESSION,
        "agent_key": key,
        "agent_name": name,
        "color": agent.color if agent else GONE_COLOR,
        "initial": name[:1].upper(),
    }


def presence_of(*, unfinished: bool, blocked: bool, available: bool) -> Presence:
    """Return how an agent is: from facts, not from timers."""
    if blocked:
        return "blocked"
    if unfinished:
        return "thinking"
    return "online" if available else "offline"
