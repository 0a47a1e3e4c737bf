"""The windows of a session that a transcript begins with."""

from __future__ import annotations

from chat_app.domain.errors import ChatAppError
from chat_app.services.sessions.queries import OpenedSession, open_session_at
from chat_app.ui.protocol import ResetTranscript
from chat_app.ui.transcript.patches import reset_patch
from chat_app.ui.viewer.actor import actor


async def first_window(opened: OpenedSession, message_id: str) -> ResetTranscript:
    """Return the newest window, or the one around a message that the address names."""
    if message_id and all(message.id != message_id for message in opened.transcript.messages):
        try:
            session_id = opened.transcript.session.id
            around = await open_session_at(actor(), session_id, message_id=message_id)
        except ChatAppError:
            return window_of(opened, None)
        return window_of(around, message_id)
    return window_of(opened, message_id or None)


def window_of(opened: OpenedSession, focus: str | None) -> ResetTranscript:
    """Return a window of a session, scrolled to a message or to the end."""
    return reset_patch(
        opened.transcript, older=opened.has_older, newer=opened.has_newer, focus=focus, viewer_id=actor().user_id
    )
