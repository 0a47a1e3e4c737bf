"""Makes, reads and answers sessions of a running server over REST."""

from __future__ import annotations

import httpx

from tests.support.servers import wait_until


def send_by_rest(url: str, session_id: str, text: str) -> None:
    """Send a message over REST and wait until no turn of the session runs."""
    httpx.post(f"{url}/v1/chat/{session_id}/messages", json={"content": text}).raise_for_status()
    wait_until(lambda: not any(turn["finished_at"] is None for turn in turns_of(url, session_id)))


def turns_of(url: str, session_id: str) -> list[dict[str, object]]:
    """Return a session's turns."""
    return httpx.get(f"{url}/v1/chat/{session_id}").json()["turns"]


def new_session(url: str, *, title: str = "", agent: str = "echo", **values: str) -> str:
    """Create a session over REST and return its id."""
    answer = httpx.post(f"{url}/v1/chat", json={"agent_key": agent, "title": title, **values})
    return answer.raise_for_status().json()["id"]


def mark_all_read(url: str) -> None:
    """Mark every session as read."""
    for row in httpx.get(f"{url}/v1/chat", params={"unread": True, "limit": 200}).json()["items"]:
        httpx.put(f"{url}/v1/chat/{row['id']}/read").raise_for_status()
