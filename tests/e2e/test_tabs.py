"""Changes in one tab are shown in every other tab."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from tests.support.browser.fixture_types import Visit
from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import Visitor
from tests.support.rest_client import mark_all_read, new_session, send_by_rest
from tests.support.servers import RunningApp, wait_until


def test_two_devices_show_the_same_streamed_answer(chat: ChatPage, visit: Visit, player: ScriptedAgent) -> None:
    gate = player.new_gate()
    player.answer_with({"text": "On both "}, {"wait": gate}, {"text": "screens."})
    chat.open("/chat/player?session=new")
    chat.send("Show it")
    expect(chat.answers.last).to_contain_text("On both")
    other = visit(chat.url).open_tab()
    other.open(f"/chat/player?session={chat.session_id()}")
    expect(other.answers.last).to_contain_text("On both")
    player.open_gate(gate)
    for tab in (chat, other):
        tab.wait_for_answer("On both screens.")
    assert other.texts() == chat.texts()
    other.send("From here")
    chat.wait_for_question("From here")


def test_a_new_title_is_shown_in_every_tab_and_kept_after_the_next_answer(
    chat: ChatPage, visitor: Visitor, player: ScriptedAgent
) -> None:
    player.answer_with({"text": "Yes."})
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


def test_opening_a_session_clears_its_unread_badge_in_every_tab(
    chat: ChatPage, visit: Visit, server: RunningApp
) -> None:
    read, unread = (new_session(server.url, title=title) for title in ("Looked at", "Not looked at"))
    send_by_rest(server.url, read, "So that it is the first")
    mark_all_read(server.url)
    other = visit(server.url).open_tab()
    for tab in (chat, other):
        tab.open(f"/chat/echo?session={read}")
        expect(tab.row(read).unread).to_have_count(0)
        expect(tab.page).to_have_title("Looked at — Chat Sessions")
    send_by_rest(server.url, unread, "Are you there?")
    for tab in (chat, other):
        expect(tab.row(unread).unread).to_have_text("1")
        expect(tab.page).to_have_title("(1) Looked at — Chat Sessions")
    chat.row(unread).open()
    chat.wait_for_answer("Are you there?")
    for tab in (chat, other):
        expect(tab.row(unread).unread).to_have_count(0)
    expect(chat.page).to_have_title("Not looked at — Chat Sessions")
    expect(other.page).to_have_title("Looked at — Chat Sessions")


def test_an_answer_in_the_open_session_is_not_unread(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="Watched")
    chat.open(f"/chat/echo?session={session_id}")
    for number in range(3):
        chat.ask(f"Message {number}", answer=f"Message {number}")
    expect(chat.row(session_id).unread).to_have_count(0)

    def is_read() -> bool:
        rows = httpx.get(f"{server.url}/v1/chat").json()["items"]
        return next(row["unread"] for row in rows if row["id"] == session_id) == 0

    wait_until(is_read)


def test_mark_as_read_in_the_list_clears_the_unread_badge(chat: ChatPage, server: RunningApp) -> None:
    shown, unread = (new_session(server.url, title=title) for title in ("Shown", "Marked"))
    chat.open(f"/chat/echo?session={shown}")
    send_by_rest(server.url, unread, "Read me")
    row = chat.row(unread)
    expect(row.unread).to_be_visible()
    row.open_menu()
    chat.choose("Mark as read")
    expect(row.unread).to_have_count(0)
