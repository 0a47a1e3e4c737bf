"""Addresses of pages and conversations: parses a tab's URL and makes links."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

NEW = "new"
"""The session in the address of a conversation that has no session yet."""
SIGN_IN = "/sign-in"
SET_UP = "/set-up"
JOIN = "/join"
RESET = "/reset"
BEFORE_THE_APP = (SIGN_IN, SET_UP, JOIN, RESET)
"""Pages for people who are not signed in. They have no event connection, which would be refused."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """The conversation that an address names; parts that it does not name are ""."""

    agent_key: str = ""
    session_id: str = ""
    message_id: str = ""

    @property
    def href(self) -> str:
        """Path and query of the view."""
        if not self.agent_key:
            return "/"
        query = {name: value for name, value in (("session", self.session_id), ("message", self.message_id)) if value}
        path = f"/chat/{quote(self.agent_key, safe='')}"
        return f"{path}?{urlencode(query)}" if query else path


def read_address(url: str, *, query: dict[str, str]) -> Address:
    """Return the conversation that a tab's URL names.

    Args:
        url: The URL.
        query: Its query parameters.
    """
    parts = urlsplit(url).path.strip("/").split("/")
    agent_key = parts[1] if len(parts) == 2 and parts[0] == "chat" else ""
    return Address(
        agent_key=agent_key, session_id=query.get("session", "")[:64], message_id=query.get("message", "")[:64]
    )
