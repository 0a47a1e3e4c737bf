"""What a person does with a session, from its row in the list as well as from its header."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.errors import NotFound
from chat_app.services.sessions import commands
from chat_app.ui.arguments import IdText, LineText
from chat_app.ui.viewer.actor import actor


class SessionActionsState(rx.State):
    """Events that change one session; lists and headers change with the session's events."""

    @rx.event(background=True)
    async def rename(self, session_id: IdText, title: LineText) -> None:
        """Give a session another title."""
        await commands.rename_session(actor(), session_id, title=title)

    @rx.event(background=True)
    async def mark_read(self, session_id: IdText) -> None:
        """Mark all messages of a session as read; nothing happens if the session is gone meanwhile."""
        try:
            await commands.mark_read(actor(), session_id)
        except NotFound:
            return

    @rx.event(background=True)
    async def archive(self, session_id: IdText) -> None:
        """Archive a session."""
        await commands.archive_session(actor(), session_id)

    @rx.event(background=True)
    async def restore(self, session_id: IdText) -> None:
        """Unarchive a session."""
        await commands.restore_session(actor(), session_id)

    @rx.event(background=True)
    async def delete(self, session_id: IdText) -> None:
        """Delete a session permanently."""
        await commands.delete_session(actor(), session_id)
