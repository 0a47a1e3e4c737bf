"""Changes who has the conversation that is shown."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from chat_app.domain.sessions import Visibility
from chat_app.services.accounts import members
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import share_session
from chat_app.ui.arguments import IdText
from chat_app.ui.problems import ShowsProblem
from chat_app.ui.viewer.actor import actor


class MemberChoice(TypedDict):
    """A member of the workspace where one is chosen."""

    id: str
    name: str
    email: str


class SharingState(ShowsProblem, rx.State):
    """The sharing dialog."""

    members: list[MemberChoice] | None = None
    """The members who can be added; None until they are loaded."""

    @rx.event
    async def open_dialog(self) -> None:
        """Load the members who can be added."""
        self.problem = ""
        self.members = [
            MemberChoice(id=member.account.id, name=member.account.name, email=member.account.email or "")
            for member in await members.list_members(actor())
        ]

    @rx.event
    async def add(self, session_id: IdText, user_id: IdText) -> None:
        """Add a member of the workspace to the conversation."""
        with self._showing_problem():
            await participants.add_participant(actor(), session_id, user_id)

    @rx.event
    async def remove(self, session_id: IdText, user_id: IdText) -> None:
        """Remove a person from the conversation."""
        with self._showing_problem():
            await participants.remove_participant(actor(), session_id, user_id)

    @rx.event
    async def leave(self, session_id: IdText) -> Any:
        """Leave the conversation, and open another one."""
        with self._showing_problem():
            await participants.remove_participant(actor(), session_id, actor().user_id)
            return rx.redirect("/", replace=True)
        return None

    @rx.event
    async def share_with_workspace(self, session_id: IdText, on: bool) -> None:
        """Share the conversation with the whole workspace, or make it private."""
        with self._showing_problem():
            visibility = Visibility.WORKSPACE if on else Visibility.PRIVATE
            await share_session(actor(), session_id, visibility)
