"""Addresses of the page: what a new tab, back, forward and reload show."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from tests.support.browser.pages import ChatPage
from tests.support.rest_client import new_session, send_by_rest
from tests.support.servers import RunningApp


def test_the_start_page_opens_the_most_recent_session(chat: ChatPage, server: RunningApp) -> None:
    older, newest = (new_session(server.url, title=title) for title in ("Older", "Newest"))
    send_by_rest(server.url, older, "First")
    send_by_rest(server.url, newest, "Second")
    chat.open("/")
    expect(chat.title).to_have_text("Newest")
    expect(chat.page).to_have_url(f"{server.url}/chat/echo?session={newest}")
    chat.wait_for_answer("Second")


def test_the_address_of_an_agent_opens_its_most_recent_session(chat: ChatPage, server: RunningApp) -> None:
    of_player = new_session(server.url, title="The player's", agent="player")
    send_by_rest(server.url, new_session(server.url, title="Newer, of another"), "Hello")
    chat.open("/chat/player")
    expect(chat.title).to_have_text("The player's")
    expect(chat.page).to_have_url(f"{server.url}/chat/player?session={of_player}")


def test_the_address_of_a_session_opens_it_in_a_new_tab(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="By its address")
    send_by_rest(server.url, session_id, "Find me")
    send_by_rest(server.url, new_session(server.url, title="Newer"), "Hello")
    chat.open(f"/chat/echo?session={session_id}")
    expect(chat.title).to_have_text("By its address")
    expect(chat.row(session_id).link).to_have_attribute("aria-current", "page")
    chat.wait_for_answer("Find me")
    assert chat.texts() == ["Find me", "Find me"]


def test_an_unknown_session_is_reported_as_missing(chat: ChatPage) -> None:
    chat.page.goto(f"{chat.url}/chat/echo?session=ses_of_nobody")
    expect(chat.page.get_by_test_id("missing")).to_be_visible()
    expect(chat.field).to_have_count(0)
    chat.start_chat("Echo")
    chat.ask("Onwards", answer="Onwards")


def test_the_address_of_an_unknown_agent_offers_the_existing_agents(chat: ChatPage) -> None:
    chat.open("/chat/nobody")
    expect(chat.chooser).to_be_visible()
    chat.choose_agent("Echo")
    expect(chat.page).to_have_url(re.compile(r"/chat/echo\?session=new$"))


def test_the_address_of_a_session_with_another_agent_redirects_to_its_own_agent(
    chat: ChatPage, server: RunningApp
) -> None:
    session_id = new_session(server.url, title="Of echo")
    chat.open(f"/chat/player?session={session_id}")
    expect(chat.title).to_have_text("Of echo")
    expect(chat.page).to_have_url(f"{server.url}/chat/echo?session={session_id}")


def test_back_and_forward_move_between_sessions(chat: ChatPage, server: RunningApp) -> None:
    first, second = (new_session(server.url, title=title) for title in ("Walk one", "Walk two"))
    send_by_rest(server.url, first, "In the first")
    send_by_rest(server.url, second, "In the second")
    chat.open(f"/chat/echo?session={first}")
    chat.wait_for_answer("In the first")
    chat.row(second).open()
    expect(chat.title).to_have_text("Walk two")
    chat.wait_for_answer("In the second")
    chat.start_chat("Player")
    expect(chat.greeting).to_be_visible()
    chat.page.go_back()
    expect(chat.title).to_have_text("Walk two")
    chat.wait_for_answer("In the second")
    chat.page.go_back()
    expect(chat.title).to_have_text("Walk one")
    chat.wait_for_answer("In the first")
    chat.page.go_forward()
    expect(chat.title).to_have_text("Walk two")
    expect(chat.row(second).link).to_have_attribute("aria-current", "page")


def test_back_and_forward_work_after_a_new_conversation_got_its_session(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="Before")
    chat.open(f"/chat/echo?session={session_id}")
    expect(chat.title).to_have_text("Before")
    chat.start_chat("Echo")
    made = chat.ask("Something new", answer="Something new")
    assert made != session_id
    chat.page.go_back()
    expect(chat.title).to_have_text("Before")
    chat.page.go_forward()
    chat.wait_for_answer("Something new")


def test_an_unknown_address_returns_an_html_page(server: RunningApp) -> None:
    assert "text/html" in httpx.get(f"{server.url}/nowhere/at/all").headers["content-type"]
