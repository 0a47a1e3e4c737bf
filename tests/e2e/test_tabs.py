"""What one tab does, every other tab shows."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.support.browser.pages import ChatPage
from tests.support.browser.player import Player
from tests.support.browser.visitor import Visitor
from tests.support.servers import RunningApp, wait_until


def send_by_interface(url: str, session_id: str, text: str) -> None:
    """Send a message as another way in does, and wait until it is answered."""
    httpx.post(f"{url}/v1/chat/{session_id}/messages", json={"content": text}).raise_for_status()
    wait_until(lambda: not any(turn["finished_at"] is None for turn in turns_of(url, session_id)))


def turns_of(url: str, session_id: str) -> list[dict[str, object]]:
    """Return a session's turns."""
    return httpx.get(f"{url}/v1/chat/{session_id}").json()["turns"]


def new_session(url: str, *, title: str = "", agent: str = "echo", **values: str) -> str:
    """Make a session as another way in does."""
    answer = httpx.post(f"{url}/v1/chat", json={"agent_key": agent, "title": title, **values})
    return answer.raise_for_status().json()["id"]


def read_everything(url: str) -> None:
    """Mark every session as read."""
    for row in httpx.get(f"{url}/v1/chat", params={"unread": True, "limit": 200}).json()["items"]:
        httpx.put(f"{url}/v1/chat/{row['id']}/read").raise_for_status()


def test_two_devices_see_the_same_answer_grow(chat: ChatPage, visit: Visit, player: Player) -> None:
    gate = player.gate()
    player.says({"text": "On both "}, {"wait": gate}, {"text": "screens."})
    chat.open("/chat/player?session=new")
    chat.send("Show it")
    expect(chat.answers.last).to_contain_text("On both")
    other = visit(chat.url).open_tab()
    other.open(f"/chat/player?session={chat.session_id()}")
    expect(other.answers.last).to_contain_text("On both")
    player.open(gate)
    for tab in (chat, other):
        tab.wait_for_answer("On both screens.")
    assert other.texts() == chat.texts()
    other.send("From here")
    chat.wait_for_question("From here")


def test_a_new_title_shows_in_every_tab_and_stays(chat: ChatPage, visitor: Visitor, player: Player) -> None:
    player.says({"text": "Yes."})
    chat.open("/chat/player?session=new")
    session_id = chat.ask("Hello", answer="Yes.")
    expect(chat.title).to_have_text("A title")
    other = visitor.open_tab()
    other.open(f"/chat/player?session={session_id}")
    chat.rename("Chosen by a person")
    for tab in (chat, other):
        expect(tab.title).to_have_text("Chosen by a person")
        expect(tab.row(session_id).link).to_contain_text("Chosen by a person")
        expect(tab.page).to_have_title(re.compile("Chosen by a person — Chat Sessions$"))
    chat.ask("Hello again", answer="Yes.")
    expect(other.title).to_have_text("Chosen by a person")


def test_opening_a_session_clears_its_badge_in_every_tab(chat: ChatPage, visit: Visit, server: RunningApp) -> None:
    read, unread = (new_session(server.url, title=title) for title in ("Looked at", "Not looked at"))
    send_by_interface(server.url, read, "So that it is the first")
    read_everything(server.url)
    other = visit(server.url).open_tab()
    for tab in (chat, other):
        tab.open(f"/chat/echo?session={read}")
        expect(tab.row(read).unread).to_have_count(0)
        expect(tab.page).to_have_title("Looked at — Chat Sessions")
    send_by_interface(server.url, unread, "Are you there?")
    for tab in (chat, other):
        expect(tab.row(unread).unread).to_have_text("1")
        expect(tab.page).to_have_title("(1) Looked at — Chat Sessions")
    chat.row(unread).open()
    chat.wait_for_answer("Are you there?")
    for tab in (chat, other):
        expect(tab.row(unread).unread).to_have_count(0)
    expect(chat.page).to_have_title("Not looked at — Chat Sessions")
    expect(other.page).to_have_title("Looked at — Chat Sessions")


def test_an_answer_that_is_watched_is_never_unread(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="Watched")
    chat.open(f"/chat/echo?session={session_id}")
    for number in range(3):
        chat.ask(f"Message {number}", answer=f"Message {number}")
    expect(chat.row(session_id).unread).to_have_count(0)

    def is_read() -> bool:
        rows = httpx.get(f"{server.url}/v1/chat").json()["items"]
        return next(row["unread"] for row in rows if row["id"] == session_id) == 0

    wait_until(is_read)


def test_mark_as_read_in_the_list_clears_the_badge(chat: ChatPage, server: RunningApp) -> None:
    shown, unread = (new_session(server.url, title=title) for title in ("Shown", "Marked"))
    chat.open(f"/chat/echo?session={shown}")
    send_by_interface(server.url, unread, "Read me")
    row = chat.row(unread)
    expect(row.unread).to_be_visible()
    row.open_menu()
    chat.choose("Mark as read")
    expect(row.unread).to_have_count(0)
