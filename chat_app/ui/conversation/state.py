"""The conversation that a tab shows."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from chat_app.domain.agents import Agent
from chat_app.domain.sessions import Visibility
from chat_app.ui.conversation.values import (
    NO_SESSION,
    NOT_SHARED,
    ParticipantRow,
    PersonName,
    Sharing,
    new_session_head,
)
from chat_app.ui.protocol import Presence, SessionHead
from chat_app.ui.typed import computed


class ConversationState(rx.State):
    """The session, its agent's presence and its people; the messages go to the transcript as patches."""

    session: SessionHead = NO_SESSION
    presence: Presence = "offline"
    sharing: Sharing = NOT_SHARED
    people_here: list[PersonName] = []
    """Other people who have the conversation open now."""
    viewer_id: str = ""
    stage: Literal["", "choose", "greet", "missing"] = ""
    """What stands in place of an empty transcript: agents to choose from, the chosen agent's greeting, or that the
    address leads to no session; "" once there are messages."""
    greeting: str = ""

    @computed
    def shared(self) -> bool:
        """Whether people other than the creator can have the conversation."""
        return self.sharing["visibility"] not in ("", Visibility.PRIVATE)

    @computed
    def others(self) -> list[ParticipantRow]:
        """The other people of the conversation."""
        return [person for person in self.sharing["people"] if person["id"] != self.viewer_id]

    @computed
    def shows_typing(self) -> bool:
        """Whether there are others to whom the viewer's typing is shown, and the other way round."""
        group = self.sharing["visibility"] == Visibility.GROUP and len(self.sharing["people"]) > 1
        return group or (self.sharing["visibility"] == Visibility.WORKSPACE and bool(self.people_here))


def show_session(
    conversation: ConversationState,
    head: SessionHead,
    *,
    sharing: Sharing,
    viewer_id: str,
    presence: Presence,
    empty: bool,
) -> None:
    """Show a session, or what changed about it.

    Args:
        conversation: The state of the tab.
        head: The session.
        sharing: Who has it.
        viewer_id: The id of the viewer.
        presence: How its agent is.
        empty: Whether it has no messages.
    """
    if conversation.session["id"] != head["id"]:
        conversation.people_here = []
    conversation.session = head
    if conversation.sharing != sharing:
        conversation.sharing = sharing
        conversation.viewer_id = viewer_id
    conversation.presence = presence
    conversation.stage = "greet" if empty else ""
    conversation.greeting = ""


def show_new_session(conversation: ConversationState, agent: Agent | None, *, presence: Presence) -> None:
    """Show a conversation that has no session yet, or the choice of agents when there is no agent either."""
    conversation.session = new_session_head(agent)
    _show_nobody(conversation)
    conversation.presence = presence
    conversation.stage = "greet" if agent else "choose"
    conversation.greeting = agent.greeting if agent else ""


def show_missing_session(conversation: ConversationState) -> None:
    """Show that there is no such session."""
    conversation.session = NO_SESSION
    _show_nobody(conversation)
    conversation.stage = "missing"
    conversation.greeting = ""


def _show_nobody(conversation: ConversationState) -> None:
    conversation.sharing = NOT_SHARED
    conversation.people_here = []
