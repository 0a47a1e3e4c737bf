"""Messages: what one side of a session said."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chat_app.domain.parts import Part, text_of

MESSAGE_TEXT_LIMIT = 100_000
"""Characters in one message's text."""


class Message(BaseModel):
    """What one side said. `task_id` is the id of the turn that the message asked for or came from, if there is one."""

    model_config = ConfigDict(frozen=True)

    id: str
    chat_session_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    kind: Literal["plain", "steer"]
    parts: tuple[Part, ...]
    task_id: str | None
    author_id: str | None
    author_name: str | None = None
    """The author's name for others to read, None when nobody knows it."""
    request_id: str | None
    created_at: datetime

    @property
    def content(self) -> str:
        """The text of the parts."""
        return text_of(self.parts)
