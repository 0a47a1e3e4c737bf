"""The settings page where an owner stores and removes provider keys."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.support.browser.axe import find_violations
from tests.support.browser.fixture_types import Visit
from tests.support.browser.layout import assert_touch_targets
from tests.support.browser.pages import ChatPage, KeysPage
from tests.support.browser.visitor import PHONE, Visitor
from tests.support.servers import RunningApp

NAME, VALUE = "PAGE_API_KEY", "a-key-typed-by-hand-4711"


def frames_of(page: Page) -> list[str]:
    """Return a list that collects all frames of the page's event websocket."""
    frames: list[str] = []

    def note(frame: str | bytes) -> None:
        frames.append(frame if isinstance(frame, str) else frame.decode())

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", note)
        socket.on("framereceived", note)

    page.on("websocket", watch)
    return frames


def test_an_owner_stores_and_removes_a_key(visitor: Visitor, chat: ChatPage, server: RunningApp) -> None:
    frames = frames_of(chat.page)
    chat.open()
    chat.settings_button.click()
    chat.menu.get_by_role("menuitem", name="Keys").click()
    expect(chat.page).to_have_url(re.compile(r"/settings/keys$"))
    page = KeysPage(chat.page)
    visitor.monitor.may_be_refused = True
    page.store("lower case", VALUE)
    expect(page.error).to_contain_text("OPENAI_API_KEY")
    expect(page.name).to_be_focused()
    page.store(NAME, f"  {VALUE} ")
    expect(page.stored).to_contain_text("Key saved")
    expect(page.keys.filter(has_text=NAME)).to_have_count(1)
    expect(page.value).to_have_value("")
    expect(page.name).to_have_value("")
    expect(page.name).to_be_focused()
    assert VALUE not in chat.page.content()
    assert not [frame for frame in frames if VALUE in frame]
    assert [frame for frame in frames if NAME in frame]

    chat.page.reload()
    expect(page.keys.filter(has_text=NAME)).to_have_count(1)
    page.remove(NAME)
    expect(page.keys.filter(has_text=NAME)).to_have_count(0)
    assert httpx.get(f"{server.url}/v1/keys").json()["items"] == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_page_has_no_axe_violations_and_touch_targets_are_large_enough(
    server: RunningApp, visit: Visit, size: str
) -> None:
    options: dict[str, object] = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if size == "phone" else {}
    httpx.put(f"{server.url}/v1/keys/{NAME}", json={"value": VALUE}).raise_for_status()
    page = KeysPage(visit(server.url, **options).context.new_page())
    page.page.goto(f"{server.url}/settings/keys")
    expect(page.keys.filter(has_text=NAME)).to_be_visible()
    expect(page.submit).to_be_visible()
    for scheme in ("light", "dark"):
        page.page.emulate_media(color_scheme=scheme)
        assert find_violations(page.page) == []
    if size == "phone":
        assert_touch_targets(page.page.locator("button, a, input"))
        assert page.page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    httpx.delete(f"{server.url}/v1/keys/{NAME}").raise_for_status()
