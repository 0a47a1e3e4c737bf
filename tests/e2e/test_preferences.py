"""The preferences page, with and without a login: choices take effect at once and after a reload."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from chat_app.domain.preferences import Preferences
from tests.support.agents import ECHO, PLAYER
from tests.support.browser.axe import find_violations
from tests.support.browser.fixture_types import StartServer, Visit
from tests.support.browser.layout import assert_touch_targets
from tests.support.browser.pages import ChatPage, PreferencesPage
from tests.support.browser.visitor import PHONE
from tests.support.rest_client import new_session
from tests.support.servers import RunningApp, wait_until

PASSING = """
[[agents]]
key = "passing"
name = "Passing"
color = "#2d8a74"
model = "openai:passing"
base_url = "http://127.0.0.1:9/v1"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("preferences") / "data"


@pytest.fixture(scope="module")
def alone(home: Path, start_server: StartServer) -> Iterator[RunningApp]:
    """A server without a login, whose preferences no other test depends on."""
    with start_server(home) as app:
        yield app


@pytest.fixture
def prefers(alone: RunningApp, visit: Visit) -> Iterator[PreferencesPage]:
    """The preferences page of a viewer with the default preferences."""
    page = PreferencesPage(visit(alone.url).open_tab().page, url=alone.url)
    yield page
    untouched = Preferences().model_dump(mode="json")
    httpx.patch(f"{alone.url}/v1/me/preferences", json=untouched).raise_for_status()


def test_without_a_login_the_settings_have_only_preferences_keys_and_audit_log(prefers: PreferencesPage) -> None:
    chat = ChatPage(prefers.page, url=prefers.url)
    chat.open(f"/chat/{ECHO}?session=new")
    chat.settings_button.click()
    chat.choose("Preferences")
    prefers.wait_until_usable()
    expect(prefers.page).to_have_title(re.compile("^Preferences"))
    expect(prefers.tabs).to_have_text(["Preferences", "Keys", "Audit log"])
    prefers.choose(prefers.language, "en")
    prefers.page.get_by_role("link", name="Back to sessions").click()
    chat.wait_until_usable()


def test_the_send_key_takes_effect_at_once_and_after_a_reload(prefers: PreferencesPage) -> None:
    chat = ChatPage(prefers.page, url=prefers.url)
    chat.open(f"/chat/{ECHO}?session=new")
    expect(chat.keys).to_have_text("Enter sends · Shift Enter for a new line")
    chat.field.press_sequentially("By Enter")
    chat.field.press("Enter")
    chat.wait_for_answer("By Enter")

    prefers.open()
    prefers.choose(prefers.send_key, "mod_enter")
    prefers.page.get_by_role("link", name="Back to sessions").click()
    for line in ("First", "Second"):
        expect(chat.keys).to_have_text("Ctrl Enter sends · Enter for a new line")
        expect(chat.send_button).to_have_attribute("aria-keyshortcuts", "Control+Enter")
        chat.field.press_sequentially(line)
        chat.field.press("Enter")
        chat.field.press_sequentially("and more")
        expect(chat.field).to_have_value(f"{line}\nand more")
        chat.field.press("Control+Enter")
        expect(chat.field).to_have_value("")
        chat.wait_for_question(f"{line}\nand more")
        chat.wait_for_answer(line)
        chat.reload()
    expect(chat.questions).to_have_text(["By Enter", "First\nand more", "Second\nand more"])


def test_the_compact_density_takes_effect_at_once_and_after_a_reload(prefers: PreferencesPage) -> None:
    session_id = new_session(prefers.url, title="How high is this?")
    chat = ChatPage(prefers.page, url=prefers.url)
    root = prefers.page.locator("html")
    chat.open(f"/chat/{ECHO}?session={session_id}")
    chat.ask("One line.", answer="One line.")
    expect(root).to_have_attribute("data-density", "comfortable")
    row, said = height_of(chat, "session-row"), height_of(chat, "message")

    prefers.open()
    prefers.choose(prefers.density, "compact")
    expect(root).to_have_attribute("data-density", "compact")
    prefers.page.reload()
    prefers.wait_until_usable()
    expect(prefers.density).to_have_value("compact")
    chat.open(f"/chat/{ECHO}?session={session_id}")
    expect(root).to_have_attribute("data-density", "compact")
    assert height_of(chat, "session-row") <= row - 8
    assert height_of(chat, "message") <= said - 8


def height_of(chat: ChatPage, part: str) -> float:
    """Return the height of the first element with a test id."""
    box = chat.page.get_by_test_id(part).first.bounding_box()
    assert box is not None
    return box["height"]


def test_the_default_model_answers_in_the_viewers_own_conversations(prefers: PreferencesPage) -> None:
    prefers.open()
    expect(prefers.default_model).to_have_value("")
    prefers.choose(prefers.default_model, "scripted:echo")
    chat = ChatPage(prefers.page, url=prefers.url)
    chat.open(f"/chat/{PLAYER}?session=new")
    chat.ask("Who says this?", answer="Who says this?")
    expect(chat.messages.last.get_by_test_id("actions")).to_contain_text("echo")


def test_an_unavailable_model_is_refused_and_a_removed_default_model_is_marked(
    prefers: PreferencesPage, alone: RunningApp, home: Path
) -> None:
    agents = home / "agents.toml"
    before = agents.read_text(encoding="utf-8")
    rewrite_agents(agents, before + PASSING, alone)
    prefers.open()
    prefers.choose(prefers.default_model, "openai:passing")
    prefers.choose(prefers.default_model, "")
    rewrite_agents(agents, before, alone)
    prefers.default_model.select_option("openai:passing")
    expect(prefers.problem).to_contain_text("No agent available to you has this model")
    expect(prefers.default_model).to_have_value("")
    expect(prefers.saved).to_have_text("")
    rewrite_agents(agents, before + PASSING, alone)
    prefers.choose(prefers.default_model, "openai:passing")
    rewrite_agents(agents, before, alone)
    prefers.open()
    expect(prefers.default_model).to_have_value("openai:passing")
    expect(prefers.default_model.locator("option:checked")).to_have_text("passing (not available)")


def rewrite_agents(path: Path, text: str, app: RunningApp) -> None:
    """Write the agents file, and wait until the server has loaded it."""
    path.write_text(text, encoding="utf-8")
    wait_until(lambda: len(httpx.get(f"{app.url}/v1/agents").json()["items"]) == text.count("[[agents]]"))


def test_a_preference_is_changed_with_the_keyboard(prefers: PreferencesPage) -> None:
    prefers.open()
    prefers.send_key.focus()
    prefers.page.keyboard.press("Tab")
    expect(prefers.density).to_be_focused()
    prefers.page.keyboard.press("ArrowDown")
    expect(prefers.saved).to_have_text("Saved.")
    expect(prefers.density).to_have_value("compact")
    expect(prefers.density).to_be_focused()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_page_has_no_axe_violations_and_touch_targets_are_large_enough(
    visit: Visit, alone: RunningApp, size: str
) -> None:
    options = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if size == "phone" else {}
    prefers = PreferencesPage(visit(alone.url, **options).open_tab().page, url=alone.url)
    prefers.open()
    for scheme in ("light", "dark"):
        prefers.page.emulate_media(color_scheme=scheme)
        assert find_violations(prefers.page) == []
    if size == "phone":
        assert_touch_targets(prefers.page.locator("button, a, select"))
        assert prefers.page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


def test_touch_targets_in_the_compact_session_list_are_large_enough(
    prefers: PreferencesPage, visit: Visit, alone: RunningApp
) -> None:
    new_session(alone.url, title="For a finger")
    prefers.open()
    prefers.choose(prefers.density, "compact")
    phone = visit(alone.url, viewport=PHONE, is_mobile=True, has_touch=True).open_tab()
    phone.open(f"/chat/{ECHO}?session=new")
    phone.open_drawer()
    assert_touch_targets(phone.rows)
    expect(phone.keys).to_have_text("")
