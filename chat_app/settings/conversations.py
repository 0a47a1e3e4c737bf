"""Settings: sizes of lists, of event histories and of streams."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class ConversationSettings(BaseSettings):
    """Sizes of lists, of event histories and of streams."""

    page_size: int = Field(default=50, ge=1, le=200)
    """Messages or sessions on one page of a list by default."""
    max_page_size: int = Field(default=200, ge=1, le=1000)
    """Messages or sessions that a client may request on one page."""
    max_session_events: int = Field(default=2_000, ge=10)
    """Events stored for each session. A client that has missed more than these loads the session anew."""
    max_participant_changes: int = Field(default=500, ge=1)
    """Changes of the people of one session that are stored, with who made them; a transcript shows the newest."""
    deletion_days: int = Field(default=30, ge=1)
    """Days for which the event of a deletion is stored. A client that was away for longer has to load its list anew."""
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    """Seconds without events after which a stream sends a comment, so that proxies do not close it."""
