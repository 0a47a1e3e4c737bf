"""The page on a phone: the drawer, touch targets and horizontal scrolling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser.layout import assert_no_horizontal_scroll, assert_touch_targets
from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import PHONE, open_visitor
from tests.support.rest_client import new_session, send_by_rest
from tests.support.servers import RunningApp

WIDTHS = (360, 390)


@pytest.fixture
def phone(browser: Browser, server: RunningApp) -> Iterator[ChatPage]:
    """A tab on a phone."""
    with open_visitor(browser, server.url, viewport=PHONE, is_mobile=True, has_touch=True) as visitor:
        yield visitor.open_tab()


def test_the_drawer_opens_and_closes_and_a_session_can_be_opened_from_it(phone: ChatPage, server: RunningApp) -> None:
    first, second = (new_session(server.url, title=title) for title in ("On the phone", "The other one"))
    phone.open(f"/chat/echo?session={first}")
    expect(phone.sidebar).not_to_be_in_viewport()
    phone.open_drawer()
    expect(phone.sidebar).to_be_in_viewport(ratio=1)
    phone.page.keyboard.press("Escape")
    expect(phone.sidebar).not_to_be_in_viewport()
    expect(phone.drawer_button).to_be_focused()
    phone.open_drawer()
    phone.page.get_by_test_id("scrim").click(position={"x": 380, "y": 400})
    expect(phone.sidebar).not_to_be_in_viewport()
    phone.open_drawer()
    phone.row(second).open()
    expect(phone.sidebar).not_to_be_in_viewport()
    expect(phone.title).to_have_text("The other one")


def test_the_back_button_closes_the_drawer_before_it_leaves_the_session(phone: ChatPage, server: RunningApp) -> None:
    first, second = (new_session(server.url, title=title) for title in ("Behind", "In front"))
    phone.open(f"/chat/echo?session={first}")
    expect(phone.title).to_have_text("Behind")
    phone.open_drawer()
    phone.row(second).open()
    expect(phone.title).to_have_text("In front")
    phone.open_drawer()
    phone.page.go_back()
    expect(phone.sidebar).not_to_be_in_viewport()
    expect(phone.title).to_have_text("In front")
    phone.page.go_back()
    expect(phone.title).to_have_text("Behind")


def test_a_new_conversation_is_started_from_the_drawer(phone: ChatPage, server: RunningApp) -> None:
    phone.open(f"/chat/echo?session={new_session(server.url, title='Before the new one')}")
    phone.open_drawer()
    phone.start_chat("Echo")
    expect(phone.sidebar).not_to_be_in_viewport()
    phone.ask("From a phone", answer="From a phone")
    phone.page.go_back()
    expect(phone.title).to_have_text("Before the new one")


def test_touch_targets_are_large_enough(phone: ChatPage, player: ScriptedAgent) -> None:
    code = "```python\nprint(1)\n```"
    calls = [{"tool": "calculator", "arguments": {"expression": each}} for each in ("1+1", "2+2")]
    player.play(
        {"on": {"call": 1, "text": "Fail"}, "chunks": [{"error": {"status": 400}}]},
        {"on": {"call": 1}, "chunks": [{"reasoning": "Hm."}, *calls]},
        {"chunks": [{"text": code}]},
    )
    phone.open("/chat/player?session=new")
    phone.ask("Show everything", answer="print(1)")
    phone.steps.get_by_role("button").click()
    phone.send("Fail")
    expect(phone.errors).to_be_visible()
    assert_touch_targets(phone.page.get_by_role("main").get_by_role("button").and_(phone.page.locator(":not(h1 *)")))
    phone.open_header_menu()
    assert_touch_targets(phone.menu.get_by_role("menuitem"))
    phone.page.keyboard.press("Escape")
    phone.open_drawer()
    assert_touch_targets(phone.rows)
    assert_touch_targets(phone.sidebar.locator(".side-top, .me").get_by_role("button"))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_does_not_scroll_sideways_while_an_answer_streams(
    phone: ChatPage, player: ScriptedAgent, width: int
) -> None:
    gate = player.new_gate()
    wide = "| " + " | ".join(f"Column {number}" for number in range(12)) + " |\n|" + "---|" * 12
    line = "x = " + " + ".join(f"a_long_name_{number}" for number in range(30))
    player.answer_with(
        {"text": f"{'Unbreakable' * 20}\n\n{wide}\n\n"}, {"wait": gate}, {"text": f"```python\n{line}\n```\n\nThe end."}
    )
    phone.page.set_viewport_size({"width": width, "height": 740})
    phone.open("/chat/player?session=new")
    phone.send("Wide things")
    expect(phone.answers.last.get_by_role("table")).to_be_visible()
    assert_no_horizontal_scroll(phone)
    player.open_gate(gate)
    phone.wait_for_answer("The end.")
    assert_no_horizontal_scroll(phone)


def test_enter_makes_a_new_line_on_a_phone(phone: ChatPage) -> None:
    phone.open("/chat/echo?session=new")
    phone.field.press_sequentially("One")
    phone.field.press("Enter")
    phone.field.press_sequentially("Two")
    expect(phone.field).to_have_value("One\nTwo")
    phone.send_button.tap()
    phone.wait_for_question("One\nTwo")


def test_a_long_press_opens_the_menu_of_a_session(phone: ChatPage, server: RunningApp) -> None:
    session_id = new_session(server.url, title="Pressed long")
    send_by_rest(server.url, session_id, "Hello")
    phone.open(f"/chat/echo?session={session_id}")
    phone.open_drawer()
    # Browsers send this event for a long press, which Playwright cannot perform.
    phone.row(session_id).root.evaluate(
        "(row) => row.dispatchEvent(new PointerEvent('contextmenu', {bubbles: true, pointerType: 'touch'}))"
    )
    phone.choose("Rename")
    expect(phone.row(session_id).title_field).to_be_visible()


def test_a_menu_stays_open_after_the_tap_that_opened_it(phone: ChatPage, server: RunningApp) -> None:
    phone.open(f"/chat/echo?session={new_session(server.url, title='With a menu')}")
    phone.open_drawer()
    phone.settings_button.tap()
    expect(phone.menu).to_be_visible()
    expect(phone.menu.get_by_role("menuitemradio", name="System")).to_be_checked()
    phone.menu.get_by_role("menuitemradio", name="Dark").tap()
    expect(phone.menu).to_have_count(0)
    expect(phone.page.locator("html")).to_have_class("dark")
