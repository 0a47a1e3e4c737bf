"""An installation with a login, in which Ada, its owner, and Bob have signed in."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import SETTINGS, problems_in
from tests.support.agents import write_agents
from tests.support.browser.door import OWNER, PASSWORD, Door, set_up_path
from tests.support.browser.pages import ChatPage
from tests.support.browser.player import Player
from tests.support.browser.visitor import visiting
from tests.support.servers import RunningApp, start_app

BOB = "bob@example.org"


@dataclass(kw_only=True)
class Company:
    """A server at which Ada, its owner, and Bob have signed in."""

    app: RunningApp
    folder: Path
    cookies: dict[str, Any]


@contextmanager
def founded(folder: Path, browser: Browser) -> Generator[Company]:
    """Run a server with a login around a block: Ada sets it up through the page, and Bob joins by her invitation.

    Args:
        folder: The data folder, which is made.
        browser: Chromium.
    """
    folder.mkdir()
    write_agents(folder)
    with start_app(folder, env={**SETTINGS, "CHAT_APP_AUTH": "password"}) as app:
        cookies: dict[str, Any] = {}
        with visiting(browser, app.url) as visitor:
            door = Door(visitor.context.new_page(), url=app.url)
            door.open(set_up_path(app))
            door.fill(name="Ada", email=OWNER, password=PASSWORD)
            # The secret has left the address bar.
            expect(door.page).to_have_url(re.compile(r"/set-up/?$"))
            door.submit.click()
            door.enter()
            link = invite(door)
            cookies["ada"] = visitor.context.cookies()
        with visiting(browser, app.url) as visitor:
            join(Door(visitor.context.new_page(), url=app.url), link, name="Bob", email=BOB)
            cookies["bob"] = visitor.context.cookies()
        yield Company(app=app, folder=folder, cookies=cookies)
        assert problems_in(app.read_log()) == []


class Meeting:
    """The people of the company at their browsers.

    Args:
        browser: Chromium.
        company: The server.
        lent: Takes the browsers back.
    """

    def __init__(self, browser: Browser, company: Company, lent: ExitStack) -> None:
        self._browser = browser
        self._company = company
        self._lent = lent
        self.player = Player(company.folder)
        lent.callback(self.player.leave)

    def comes(self, name: str, **options: Any) -> ChatPage:
        """Lend a tab in which this person is signed in."""
        visitor = self._lent.enter_context(visiting(self._browser, self._company.app.url, **options))
        visitor.context.add_cookies(self._company.cookies[name])
        return visitor.open_tab()

    def as_ada(self, method: str, path: str, **values: Any) -> Any:
        """Ask the server over REST in Ada's name."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self._company.cookies["ada"]}
        url = self._company.app.url
        answer = httpx.request(method, url + path, cookies=cookies, headers={"origin": url}, **values)
        return answer.raise_for_status().json() if answer.content else None

    def session(self, title: str) -> str:
        """Make a conversation of Ada's own and return its id."""
        return self.as_ada("POST", "/v1/chat", json={"agent_key": "player", "title": title})["id"]

    def group(self, title: str) -> str:
        """Make a conversation of Ada and Bob and return its id."""
        session_id = self.session(title)
        members = self.as_ada("GET", "/v1/members")["items"]
        bob = next(member["user_id"] for member in members if member["name"] == "Bob")
        self.as_ada("POST", f"/v1/chat/{session_id}/participants", json={"user_id": bob})
        return session_id


def invite(door: Door, role: str = "Member") -> str:
    """Make an invitation as who is signed in, and return path and fragment of its link."""
    door.open("/settings/members")
    page = door.page
    page.get_by_label("Role", exact=True).select_option(role)
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_test_id("secret-value")).to_be_focused()
    whole = page.get_by_test_id("secret-value").input_value()
    return whole.removeprefix(door.url)


def join(door: Door, link: str, *, name: str, email: str) -> None:
    """Join by an invitation."""
    door.open(link)
    door.fill(name=name, email=email, password=PASSWORD)
    door.submit.click()
    door.enter()
