"""The page can be used with the keyboard only, and the focus is never lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.browser.pages import ChatPage
from tests.support.rest_client import new_session
from tests.support.servers import RunningApp


def test_a_conversation_can_be_held_with_the_keyboard_only(chat: ChatPage, server: RunningApp) -> None:
    chat.open(f"/chat/echo?session={new_session(server.url, title='Where it starts')}")
    keys = chat.page.keyboard
    chat.new_chat_button.focus()
    keys.press("Enter")
    expect(chat.menu).to_be_visible()
    keys.press("Escape")
    expect(chat.menu).to_have_count(0)
    expect(chat.new_chat_button).to_be_focused()
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(chat.greeting.or_(chat.presence).first).to_be_visible()
    expect(chat.field).to_be_focused()
    keys.type("By keyboard")
    keys.press("Enter")
    chat.wait_for_question("By keyboard")
    expect(chat.field).to_be_focused()

    chat.title.get_by_role("button").focus()
    keys.press("Enter")
    expect(chat.page.get_by_test_id("title-field")).to_be_focused()
    keys.type("Named by keyboard")
    keys.press("Enter")
    expect(chat.title).to_have_text("Named by keyboard")
    expect(chat.title.get_by_role("button")).to_be_focused()


def test_the_session_list_is_one_tab_stop_with_arrow_keys_inside(chat: ChatPage, server: RunningApp) -> None:
    ids = [new_session(server.url, title=f"Row {number}") for number in range(3)]
    chat.open(f"/chat/echo?session={ids[2]}")
    keys = chat.page.keyboard
    chat.row(ids[2]).link.focus()
    keys.press("ArrowDown")
    expect(chat.row(ids[1]).link).to_be_focused()
    keys.press("ArrowDown")
    expect(chat.row(ids[0]).link).to_be_focused()
    keys.press("Enter")
    expect(chat.title).to_have_text("Row 0")
    keys.press("Home")
    expect(chat.rows.first.get_by_role("link")).to_be_focused()
    chat.row(ids[0]).link.focus()
    keys.press("Tab")
    expect(chat.row(ids[0]).menu_button).to_be_focused()
    keys.press("Enter")
    expect(chat.menu.get_by_role("menuitem").first).to_be_focused()
    keys.press("Escape")
    expect(chat.row(ids[0]).menu_button).to_be_focused()


def test_the_dialog_traps_the_focus_and_restores_it_when_closed(chat: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="Stays")
    chat.open(f"/chat/echo?session={session_id}")
    keys = chat.page.keyboard
    button = chat.page.get_by_role("main").get_by_test_id("session-more")
    button.focus()
    keys.press("Enter")
    expect(chat.menu.get_by_role("menuitem").first).to_be_focused()
    keys.press("End")
    expect(chat.menu.get_by_role("menuitem").last).to_be_focused()
    keys.press("Enter")
    expect(chat.delete_dialog.get_by_role("button", name="Cancel")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    expect(chat.delete_dialog.get_by_role("button", name="Cancel")).to_be_focused()
    keys.press("Escape")
    expect(chat.delete_dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_a_skip_link_moves_the_focus_past_the_session_list(chat: ChatPage, server: RunningApp) -> None:
    chat.open(f"/chat/echo?session={new_session(server.url, title='Skipped to')}")
    chat.narrow_button.focus()
    chat.page.keyboard.press("Shift+Tab")
    skip = chat.page.get_by_role("link", name="Skip to conversation")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_role("main")).to_be_focused()


def test_an_answer_is_announced_once_when_it_is_complete(chat: ChatPage) -> None:
    chat.open("/chat/echo?session=new")
    announcer = chat.page.get_by_test_id("announcer")
    expect(announcer).to_have_attribute("aria-live", "polite")
    chat.ask("Read this to me", answer="Read this to me")
    expect(announcer).to_have_text("Answer: Read this to me")
