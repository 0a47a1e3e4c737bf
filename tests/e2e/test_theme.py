"""The colour scheme of the page: that of the system, or the one that the viewer chose."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.support.browser.fixture_types import Visit
from tests.support.browser.pages import ChatPage
from tests.support.servers import RunningApp

BACKGROUND = {"light": "rgb(251, 250, 248)", "dark": "rgb(21, 20, 18)"}


def assert_shows(chat: ChatPage, theme: str) -> None:
    expect(chat.page.locator("body")).to_have_css("background-color", BACKGROUND[theme])
    expect(chat.page.locator("html")).to_have_css("color-scheme", theme)


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_page_follows_the_colour_scheme_of_the_system(
    visit: Visit, server: RunningApp, system: Literal["light", "dark"]
) -> None:
    chat = visit(server.url, color_scheme=system).open_tab()
    chat.open("/chat/echo?session=new")
    assert_shows(chat, system)
    chat.page.emulate_media(color_scheme="dark" if system == "light" else "light")
    assert_shows(chat, "dark" if system == "light" else "light")


def test_a_chosen_colour_scheme_overrides_the_system_and_survives_a_reload(visit: Visit, server: RunningApp) -> None:
    chat = visit(server.url, color_scheme="light").open_tab()
    chat.open("/chat/echo?session=new")
    chat.settings_button.click()
    chat.choose("Dark")
    assert_shows(chat, "dark")
    chat.reload()
    assert_shows(chat, "dark")
    chat.settings_button.click()
    expect(chat.menu.get_by_role("menuitemradio", name="Dark")).to_be_checked()
    chat.choose("System")
    assert_shows(chat, "light")


def test_a_dark_page_never_flashes_light(visit: Visit, server: RunningApp) -> None:
    chat = visit(server.url, color_scheme="dark").open_tab()
    chat.page.add_init_script(
        """window.backgrounds = new Set();
        const note = () => {
          if (document.body) window.backgrounds.add(getComputedStyle(document.body).backgroundColor);
          requestAnimationFrame(note);
        };
        requestAnimationFrame(note);"""
    )
    chat.open("/chat/echo?session=new")
    assert set(chat.page.evaluate("[...window.backgrounds]")) <= {BACKGROUND["dark"], "rgba(0, 0, 0, 0)"}
