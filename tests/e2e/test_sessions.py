"""Renaming, archiving, deleting, filtering and opening sessions."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from tests.support.browser.pages import ChatPage
from tests.support.browser.visitor import Visitor
from tests.support.rest_client import new_session, send_by_rest
from tests.support.servers import RunningApp


def test_a_session_is_renamed_in_the_session_list(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="As it was")
    chat.open(f"/chat/echo?session={session_id}")
    row = chat.row(session_id)
    row.open_menu()
    chat.choose("Rename")
    expect(row.title_field).to_be_focused()
    row.title_field.fill("Never mind")
    row.title_field.press("Escape")
    expect(row.link).to_contain_text("As it was")
    row.open_menu()
    chat.choose("Rename")
    row.title_field.fill("As it is")
    row.title_field.press("Enter")
    expect(row.link).to_contain_text("As it is")
    expect(chat.title).to_have_text("As it is")
    assert httpx.get(f"{server.url}/v1/chat/{session_id}").json()["title"] == "As it is"


def test_a_session_is_archived_and_unarchived(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="Put away")
    chat.open(f"/chat/echo?session={session_id}")
    row = chat.row(session_id)
    row.open_menu()
    chat.choose("Archive")
    expect(row.root).to_have_count(0)
    expect(chat.field).to_be_disabled()
    expect(chat.hint).to_contain_text("archived")
    chat.narrow_button.click()
    chat.choose("Archived")
    expect(row.root).to_be_visible()
    row.open_menu()
    chat.choose("Unarchive")
    expect(row.root).to_have_count(0)
    expect(chat.field).to_be_enabled()
    chat.narrow_button.click()
    chat.choose("Archived")
    expect(row.root).to_be_visible()


def test_deleting_permanently_asks_for_confirmation_and_removes_the_session(
    chat: ChatPage, visitor: Visitor, server: RunningApp
) -> None:
    session_id = new_session(server.url, title="To be forgotten")
    send_by_rest(server.url, session_id, "Secret")
    chat.open(f"/chat/echo?session={session_id}")
    other = visitor.open_tab()
    other.open(f"/chat/echo?session={session_id}")
    row = chat.row(session_id)
    row.open_menu()
    chat.choose("Delete permanently")
    expect(chat.delete_dialog).to_contain_text("To be forgotten")
    chat.delete_dialog.get_by_role("button", name="Cancel").click()
    expect(chat.delete_dialog).to_have_count(0)
    assert httpx.get(f"{server.url}/v1/chat/{session_id}").status_code == 200
    chat.open_header_menu()
    chat.choose("Delete permanently")
    chat.delete_dialog.get_by_role("button", name="Delete permanently").click()
    for tab in (chat, other):
        expect(tab.row(session_id).root).to_have_count(0)
        expect(tab.title).not_to_have_text("To be forgotten")
    assert httpx.get(f"{server.url}/v1/chat/{session_id}").status_code == 404


def test_the_session_list_is_filtered_by_agent_origin_and_unread_messages(chat: ChatPage, server: RunningApp) -> None:
    shown = new_session(server.url, title="Shown meanwhile")
    of_echo = new_session(server.url, title="Of echo, by webhook", origin="WEBHOOK")
    of_player = new_session(server.url, title="Of the player", agent="player")
    send_by_rest(server.url, of_echo, "Unread")
    chat.open(f"/chat/echo?session={shown}")
    expect(chat.row(of_echo).root).to_contain_text("WEBHOOK")
    chat.narrow_button.click()
    chat.choose("Player")
    expect(chat.row(of_echo).root).to_have_count(0)
    expect(chat.row(of_player).root).to_be_visible()
    chat.narrow_button.click()
    chat.choose("All agents")
    chat.narrow_button.click()
    chat.choose("Webhook")
    expect(chat.row(of_player).root).to_have_count(0)
    expect(chat.row(of_echo).root).to_be_visible()
    chat.narrow_button.click()
    chat.choose("Anywhere")
    chat.narrow_button.click()
    chat.choose("Unread only")
    expect(chat.row(shown).root).to_have_count(0)
    expect(chat.row(of_echo).root).to_be_visible()
    new = new_session(server.url, title="Empty")
    expect(chat.row(new).root).to_have_count(0)


def test_the_header_menu_opens_find_in_conversation(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="With words")
    send_by_rest(server.url, session_id, "Some words to find")
    chat.open(f"/chat/echo?session={session_id}")
    chat.open_header_menu()
    chat.choose("Find in conversation")
    expect(chat.find_field).to_be_focused()
    chat.find_field.fill("WORDS")
    expect(chat.find_count).to_have_text("2 of 2")
    chat.find_field.fill("nowhere in it")
    expect(chat.find_count).to_have_text("No matches")


def test_opening_a_session_sends_its_messages_once_and_not_the_session_list(chat: ChatPage, server: RunningApp) -> None:
    left, entered = (new_session(server.url, title=title) for title in ("Left behind", "Gone to"))
    send_by_rest(server.url, entered, "Known words")
    frames: list[str] = []
    with chat.page.expect_websocket() as opened:
        chat.open(f"/chat/echo?session={left}")
    expect(chat.title).to_have_text("Left behind")
    opened.value.on("framereceived", lambda frame: frames.append(str(frame)))
    with opened.value.expect_event("framereceived", lambda frame: '"is_hydrated_rx_state_":true' in str(frame)):
        chat.row(entered).open()
    # When this answer has arrived, the responses to the click have arrived too.
    chat.ask("More words", answer="More words")
    assert chat.session_id() == entered
    windows = [frame for frame in frames if '"op":"reset"' in frame and left not in frame]
    assert len(windows) == 1
    assert "Known words" in windows[0]
