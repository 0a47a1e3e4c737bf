"""A session as the browser's list takes it."""

from __future__ import annotations

from chat_app.domain.agents import Agent
from chat_app.domain.sessions import Origin, SessionSummary, Visibility
from chat_app.ui.conversation.values import session_head
from chat_app.ui.protocol import SessionItem


def session_item(summary: SessionSummary, agent: Agent | None) -> SessionItem:
    """Return the list's item for a session; its agent may be gone."""
    session = summary.session
    return {
        **session_head(session, agent),
        "preview": summary.preview,
        "mine": summary.preview_role == "user" and session.visibility == Visibility.PRIVATE,
        "at": session.last_activity_at.isoformat(),
        "live": summary.live,
        "unread": summary.unread,
        "origin": None if session.origin == Origin.UI else session.origin,
        "pinned": False,
    }
