"""What the page says about a session: its head, who has it, and how its agent is. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from chat_app.domain.agents import Agent
from chat_app.domain.sessions import ChatSession, Participant, SessionStatus
from chat_app.ui.address import NEW, Address
from chat_app.ui.components.avatar import initial_of
from chat_app.ui.protocol import Presence, SessionHead

MISSING_AGENT_COLOR = "#777777"
"""Colour of an agent that is no longer in the agents file."""
NO_SESSION = SessionHead(id="", href="", title="", archived=False, agent_key="", agent_name="", color="", initial="")


class ParticipantRow(TypedDict):
    """A person in a conversation."""

    id: str
    name: str
    email: str
    role: str


class Sharing(TypedDict):
    """Who has a conversation; the visibility is "" where nothing can be shared."""

    visibility: str
    creator: str
    people: list[ParticipantRow]
    manages: bool
    """Whether the viewer may change it."""


NOT_SHARED = Sharing(visibility="", creator="", people=[], manages=False)


class PersonName(TypedDict):
    """A person as others see them."""

    id: str
    name: str


def session_head(session: ChatSession, agent: Agent | None) -> SessionHead:
    """Return the head of a session; its agent may be gone."""
    return {
        **_agent_head(agent, key=session.agent_key),
        "id": session.id,
        "href": Address(agent_key=session.agent_key, session_id=session.id).href,
        "title": session.title,
        "archived": session.status == SessionStatus.ARCHIVED,
    }


def new_session_head(agent: Agent | None) -> SessionHead:
    """Return the head of a conversation that has no session yet; without an agent, of none."""
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
        "color": agent.color if agent else MISSING_AGENT_COLOR,
        "initial": initial_of(name),
    }


def sharing_of(session: ChatSession, participants: Iterable[Participant], *, manages: bool) -> Sharing:
    """Return who has a session.

    Args:
        session: The session.
        participants: Its participants.
        manages: Whether the viewer may change it.
    """
    people = [
        ParticipantRow(id=person.id, name=person.name, email=person.email or "", role=person.role.value)
        for person in participants
    ]
    return Sharing(visibility=session.visibility.value, creator=session.creator_id, people=people, manages=manages)


def presence_of(*, unfinished: bool, blocked: bool, available: bool) -> Presence:
    """Return an agent's presence, which follows from its turns and its availability alone."""
    if blocked:
        return "blocked"
    if unfinished:
        return "thinking"
    return "online" if available else "offline"
