"""What a person does with who has the conversation that is shown: add, remove, leave, show to everyone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypedDict

import reflex as rx

from chat_app.domain.errors import ChatAppError
from chat_app.domain.sessions import Visibility
from chat_app.services.accounts import members
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import share_session
from chat_app.ui.viewer.actor import actor


class MemberChoice(TypedDict):
    """A member of the workspace where one is chosen."""

    id: str
    name: str
    email: str


class SharingState(rx.State):
    """What the dialog about a conversation's people needs beside them."""

    members: list[MemberChoice] | None = None
    """Who may be added; None until that is known."""
    problem: str = ""
    """Why what was asked for last was not done."""

    @rx.event
    async def begin(self) -> None:
        """Show the dialog from its beginning, with those who may be added."""
        self.problem = ""
        self.members = [
            MemberChoice(id=member.account.id, name=member.account.name, email=member.account.email or "")
            for member in await members.list_members(actor())
        ]

    @rx.event
    async def add(self, session_id: str, user_id: str) -> None:
        """Add a member of the workspace to the conversation."""
        with self._doing():
            await participants.add_participant(actor(), session_id, user_id)

    @rx.event
    async def remove(self, session_id: str, user_id: str) -> None:
        """Take somebody out of the conversation."""
        with self._doing():
            await participants.remove_participant(actor(), session_id, user_id)

    @rx.event
    async def leave(self, session_id: str) -> Any:
        """Leave the conversation, and go on to another one."""
        with self._doing():
            await participants.remove_participant(actor(), session_id, actor().user_id)
            return rx.redirect("/", replace=True)
        return None

    @rx.event
    async def show_to_everyone(self, session_id: str, on: bool) -> None:
        """Show the conversation to the whole workspace, or take it back to who started it."""
        with self._doing():
            visibility = Visibility.WORKSPACE if on else Visibility.PRIVATE
            await share_session(actor(), session_id, visibility)

    @contextmanager
    def _doing(self) -> Iterator[None]:
        """Do what a person has asked for; if it can't be done, show why."""
        self.problem = ""
        try:
            yield
        except ChatAppError as error:
            self.problem = error.message
