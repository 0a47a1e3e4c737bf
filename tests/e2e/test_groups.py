"""Conversations of two people and an agent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.support.browser.axe import find_violations
from tests.support.browser.held_socket import HeldSocket
from tests.support.browser.layout import assert_no_horizontal_scroll, assert_touch_targets
from tests.support.browser.login_server import BOB, LoginServer, SignedInBrowsers, start_login_server
from tests.support.browser.pages import ChatPage
from tests.support.browser.visitor import PHONE

ON_PHONE = {"viewport": PHONE, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def login_server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[LoginServer]:
    with start_login_server(tmp_path_factory.mktemp("groups") / "data", browser) as login_server:
        yield login_server


@pytest.fixture
def browsers(browser: Browser, login_server: LoginServer) -> Iterator[SignedInBrowsers]:
    with ExitStack() as lent:
        yield SignedInBrowsers(browser, login_server, lent)


def address(session_id: str) -> str:
    return f"/chat/player?session={session_id}"


def author_of(message: Locator) -> Locator:
    return message.get_by_test_id("author")


def test_participants_of_a_group_see_each_others_presence_typing_and_messages(browsers: SignedInBrowsers) -> None:
    gate = browsers.player.new_gate()
    browsers.player.answer_with({"text": "For both "}, {"wait": gate}, {"text": "of you."})
    session_id = browsers.new_group("Both of us")
    ada, bob = browsers.open_tab("ada"), browsers.open_tab("bob")
    ada.open(address(session_id))
    expect(ada.people_badge).to_contain_text("Group · 2")
    expect(ada.looking).to_have_count(0)
    bob.open(address(session_id))
    expect(ada.looking.locator(".av")).to_have_attribute("title", "Bob")
    expect(bob.looking.locator(".av")).to_have_attribute("title", "Ada")

    bob.field.press_sequentially("Good mor")
    expect(ada.typing).to_have_text("Bob is typing…")
    expect(bob.typing).to_have_text("")
    bob.send("Good morning, Ada")
    expect(ada.typing).to_have_text("")
    remark = ada.messages.last
    expect(remark).to_contain_text("Good morning, Ada")
    expect(author_of(remark)).to_contain_text("Bob")
    expect(ada.row(session_id).root).to_contain_text("Good morning, Ada")
    expect(ada.row(session_id).unread).to_have_count(0)
    expect(author_of(bob.messages.last)).to_have_count(0)

    ada.send("@player, what do you say?")
    for each in (ada, bob):
        expect(each.answers.last).to_contain_text("For both")
    browsers.player.open_gate(gate)
    for each in (ada, bob):
        each.wait_for_answer("For both of you.")
        # The greeting, the message without an answer, the question and its answer.
        expect(each.messages).to_have_count(4)
    assert ada.texts() == bob.texts()

    bob.page.close()
    expect(ada.looking).to_have_count(0)


def test_the_typing_notice_disappears_when_a_person_stops_typing(browsers: SignedInBrowsers) -> None:
    session_id = browsers.new_group("Half a thought")
    ada, bob = browsers.open_tab("ada"), browsers.open_tab("bob")
    for each in (ada, bob):
        each.open(address(session_id))
    expect(ada.looking).to_be_visible()
    bob.field.press_sequentially("Well")
    expect(ada.typing).to_have_text("Bob is typing…")
    expect(ada.typing).to_have_text("")


def test_each_person_has_their_own_unread_messages(browsers: SignedInBrowsers) -> None:
    first, second = browsers.new_group("Here"), browsers.new_group("There")
    ada, bob = browsers.open_tab("ada"), browsers.open_tab("bob")
    ada.open(address(first))
    bob.open(address(second))
    expect(bob.row(first).unread).to_have_count(0)
    ada.send("Look here")
    ada.wait_for_question("Look here")
    expect(bob.row(first).unread).to_have_text("1")
    expect(bob.row(first).root).to_contain_text("Look here")
    expect(ada.row(first).unread).to_have_count(0)
    bob.row(first).open()
    expect(author_of(bob.messages.last)).to_contain_text("Ada")
    expect(bob.row(first).unread).to_have_count(0)


def test_people_are_added_and_removed_in_the_sharing_dialog(browsers: SignedInBrowsers) -> None:
    session_id = browsers.new_session("Come and go")
    ada, bob = browsers.open_tab("ada"), browsers.open_tab("bob")
    ada.open(address(session_id))
    bob.open("/")
    expect(ada.people_badge).to_have_count(0)
    ada.share_button.click()
    expect(ada.sharing).to_contain_text("Only you can see this conversation")
    ada.add_person_field.fill("bo")
    ada.add_person_field.press("Enter")
    expect(ada.participants).to_have_count(2)
    expect(ada.participants.last).to_contain_text(BOB)
    expect(ada.add_person_field).to_be_focused()
    ada.page.keyboard.press("Escape")
    expect(ada.sharing).to_have_count(0)
    expect(ada.share_button).to_be_focused()

    bob.row(session_id).open()
    # Until the session is shown, the badge is that of the session before it.
    expect(bob.title).to_have_text("Come and go")
    expect(bob.people_badge).to_contain_text("Group · 2")
    bob.people_badge.click()
    expect(bob.participants).to_have_count(2)
    expect(bob.add_person_field).to_have_count(0)
    bob.page.keyboard.press("Escape")
    bob.write("What was being written")

    expect(bob.page.get_by_test_id("people-notice")).to_have_text(["Ada added Bob"])
    ada.people_badge.click()
    ada.sharing.get_by_role("button", name="Remove Bob").click()
    expect(ada.participants).to_have_count(1)
    removal = ["Ada added Bob", "Ada removed Bob"]
    expect(ada.page.get_by_test_id("people-notice")).to_have_text(removal)
    ada.page.reload()
    expect(ada.page.get_by_test_id("people-notice")).to_have_text(removal)
    ada.people_badge.click()
    expect(bob.page.get_by_test_id("missing")).to_be_visible()
    expect(bob.row(session_id).root).to_have_count(0)
    expect(bob.messages).to_have_count(0)

    ada.add_person_field.fill(BOB)
    ada.sharing.get_by_test_id("candidate").click()
    bob.row(session_id).open()
    # Until the session is shown, the badge is that of the session before it.
    expect(bob.title).to_have_text("Come and go")
    expect(bob.people_badge).to_contain_text("Group · 2")
    bob.people_badge.click()
    bob.page.get_by_test_id("leave").click()
    expect(bob.row(session_id).root).to_have_count(0)
    expect(ada.participants).to_have_count(1)


def test_a_name_entered_before_the_members_are_loaded_is_added_after_loading(browsers: SignedInBrowsers) -> None:
    session_id = browsers.new_session("In a hurry")
    ada = browsers.open_tab("ada")
    socket = HeldSocket(ada.page)
    ada.open(address(session_id))
    ada.share_button.wait_for()
    socket.hold()
    ada.share_button.click()
    ada.add_person_field.fill("bo")
    ada.add_person_field.press("Enter")
    expect(ada.sharing).not_to_contain_text(re.compile("No (one|members)"))
    expect(ada.sharing.get_by_test_id("candidate")).to_have_count(0)
    socket.release()
    expect(ada.participants).to_have_count(2)
    expect(ada.participants.last).to_contain_text(BOB)
    expect(ada.add_person_field).to_have_value("")


def test_a_session_shared_with_the_workspace_is_visible_to_all_members_until_it_is_unshared(
    browsers: SignedInBrowsers,
) -> None:
    session_id = browsers.new_session("For everyone")
    ada, bob = browsers.open_tab("ada"), browsers.open_tab("bob")
    ada.open(address(session_id))
    bob.open("/")
    ada.share_button.click()
    ada.everyone.click()
    expect(ada.everyone).to_be_checked()
    bob.row(session_id).open()
    expect(bob.people_badge).to_contain_text("Workspace")
    ada.everyone.click()
    expect(bob.page.get_by_test_id("missing")).to_be_visible()
    ada.add_person_field.fill("bob")
    ada.sharing.get_by_test_id("candidate").click()
    expect(ada.participants).to_have_count(2)
    ada.everyone.click()
    expect(ada.everyone).to_be_checked()
    ada.everyone.click()
    expect(ada.sharing_problem).to_contain_text("Other people take part")
    expect(ada.everyone).to_be_checked()


def test_a_mention_is_completed_with_the_keyboard_and_does_not_interfere_with_other_keys(
    browsers: SignedInBrowsers,
) -> None:
    session_id = browsers.new_group("Who is meant")
    ada = browsers.open_tab("ada")
    ada.open(address(session_id))
    expect(ada.hint).to_contain_text("Player answers when you mention @player")
    ada.field.press_sequentially("@")
    expect(ada.mentions).to_have_count(2)
    expect(ada.field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    ada.field.press("ArrowDown")
    ada.field.press("ArrowDown")
    expect(ada.mentions.last).to_have_attribute("aria-selected", "true")
    expect(ada.field).to_have_attribute("aria-activedescendant", ada.mentions.last.get_attribute("id") or "")
    ada.field.press("Enter")
    expect(ada.field).to_have_value("@Bob ")
    expect(ada.mentions).to_have_count(0)
    ada.field.press_sequentially("ask @pl")
    expect(ada.mentions).to_have_count(1)
    ada.field.press("Escape")
    expect(ada.mentions).to_have_count(0)
    ada.field.press_sequentially("a")
    expect(ada.mentions).to_have_count(0)
    ada.field.press_sequentially(" or @pl")
    ada.field.press("Tab")
    expect(ada.field).to_have_value("@Bob ask @pla or @player ")
    expect(ada.field).to_be_focused()
    ada.write("")
    ada.field.press_sequentially("mail ada@")
    expect(ada.mentions).to_have_count(0)
    ada.field.press_sequentially(" or @")
    expect(ada.mentions).to_have_count(2)
    ada.field.press("Enter")
    ada.wait_for_question("mail ada@ or @")


def test_a_mention_is_chosen_by_touch(browsers: SignedInBrowsers) -> None:
    session_id = browsers.new_group("Under the finger")
    ada = browsers.open_tab("ada", **ON_PHONE)
    ada.open(address(session_id))
    ada.field.tap()
    ada.field.press_sequentially("@b")
    ada.mentions.first.tap()
    expect(ada.field).to_have_value("@Bob ")
    expect(ada.field).to_be_focused()


def test_without_a_login_the_page_shows_no_group_features(chat: ChatPage) -> None:
    chat.open("/chat/echo?session=new")
    chat.ask("Hello", answer="Hello")
    for part in (chat.share_button, chat.people_badge, chat.typing):
        expect(part).to_have_count(0)
    chat.field.press_sequentially("@e")
    expect(chat.mentions).to_have_count(0)
    expect(chat.field).not_to_have_attribute("aria-haspopup", "listbox")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_page_has_no_axe_violations_and_touch_targets_are_large_enough(
    browsers: SignedInBrowsers, size: str
) -> None:
    session_id = browsers.new_group("For everybody's eyes")
    ada, bob = browsers.open_tab("ada", **(ON_PHONE if size == "phone" else {})), browsers.open_tab("bob")
    for each in (ada, bob):
        each.open(address(session_id))
        expect(each.people_badge).to_contain_text("Group · 2")

    def look() -> None:
        for scheme in ("light", "dark"):
            ada.page.emulate_media(color_scheme=scheme)
            assert find_violations(ada.page) == []
        if size == "phone":
            assert_touch_targets(
                ada.page.locator("main button:not(.title):visible, [role=dialog] :is(button, input), [role=option]")
            )
            assert_no_horizontal_scroll(ada)

    for text in ("Good morning", "Is anybody here?"):
        bob.send(text)
        bob.wait_for_question(text)
    ada.send("I am")
    bob.field.press_sequentially("So am I")
    expect(ada.typing).to_have_text("Bob is typing…")
    expect(ada.messages).to_have_count(4)
    look()
    ada.field.press_sequentially("@")
    ada.field.press("ArrowDown")
    expect(ada.mentions).to_have_count(2)
    look()
    ada.field.press("Escape")
    ada.people_badge.click()
    expect(ada.participants).to_have_count(2)
    look()
    ada.add_person_field.fill("nobody is called this")
    look()
