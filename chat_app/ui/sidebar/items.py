"""A session as the browser's list takes it."""

from __future__ import annotations

from typing import Any

from chat_app.domain.agents import Agent
from chat_app.domain.sessions import Origin, SessionStatus, SessionSummary, Visibility
from chat_app.ui.conversation.state import session_head

Item = dict[str, Any]


def item_of(summary: SessionSummary, agent: Agent | None) -> Item:
    """Return the list's item for a session; its agent may be gone."""
    session = summary.session
    origin = session.origin if session.origin not in (None, Origin.UI) else None
    return {
        **session_head(session, agent),
        "preview": summary.preview,
        "mine": summary.preview_role == "user" and session.visibility == Visibility.PRIVATE,
        "at": session.last_activity_at.isoformat(),
        "live": summary.live,
        "unread": summary.unread,
        "origin": origin,
        "pinned": False,
        "archived": session.status == SessionStatus.ARCHIVED,
    }
