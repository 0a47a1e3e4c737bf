"""Starts a server with password login and opens browsers in which Ada, its owner, and Bob are signed in."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.support.agents import write_agents
from tests.support.browser.account_page import OWNER, PASSWORD, AccountPage, set_up_path
from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import open_visitor
from tests.support.servers import SCRIPTED_ENV, RunningApp, find_log_errors, start_app

BOB = "bob@example.org"


@dataclass(kw_only=True)
class LoginServer:
    """A running server with password login.

    Args:
        app: The process.
        folder: Its data folder.
        cookies: The cookies of each person by name, `ada` and `bob`.
    """

    app: RunningApp
    folder: Path
    cookies: dict[str, Any]


@contextmanager
def start_login_server(folder: Path, browser: Browser) -> Generator[LoginServer]:
    """Run a server with password login. Ada sets it up through the page, and Bob joins by her invitation.

    Args:
        folder: The data folder to create.
        browser: Chromium.
    """
    folder.mkdir()
    write_agents(folder)
    with start_app(folder, env={**SCRIPTED_ENV, "CHAT_APP_AUTH": "password"}) as app:
        cookies: dict[str, Any] = {}
        with open_visitor(browser, app.url) as visitor:
            account = AccountPage(visitor.context.new_page(), url=app.url)
            account.open(set_up_path(app))
            account.fill(name="Ada", email=OWNER, password=PASSWORD)
            # The secret has left the address bar.
            expect(account.page).to_have_url(re.compile(r"/set-up/?$"))
            account.submit.click()
            account.wait_for_chat()
            link = invite(account)
            cookies["ada"] = visitor.context.cookies()
        with open_visitor(browser, app.url) as visitor:
            join(AccountPage(visitor.context.new_page(), url=app.url), link, name="Bob", email=BOB)
            cookies["bob"] = visitor.context.cookies()
        yield LoginServer(app=app, folder=folder, cookies=cookies)
        assert find_log_errors(app.read_log()) == []


class SignedInBrowsers:
    """Opens tabs in which people are signed in.

    Args:
        browser: Chromium.
        login_server: The server.
        lent: Closes the browsers.
    """

    def __init__(self, browser: Browser, login_server: LoginServer, lent: ExitStack) -> None:
        self._browser = browser
        self._login_server = login_server
        self._lent = lent
        self.player = ScriptedAgent(login_server.folder)
        lent.callback(self.player.open_all_gates)

    def open_tab(self, name: str, **options: Any) -> ChatPage:
        """Open a tab in which this person is signed in."""
        visitor = self._lent.enter_context(open_visitor(self._browser, self._login_server.app.url, **options))
        visitor.context.add_cookies(self._login_server.cookies[name])
        return visitor.open_tab()

    def keep_login(self, name: str, page: Page) -> None:
        """Use the login of this tab for the next tabs of a person, whose earlier logins have ended."""
        self._login_server.cookies[name] = page.context.cookies()

    def request_as_ada(self, method: str, path: str, **values: Any) -> Any:
        """Send a REST request as Ada and return the JSON answer."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self._login_server.cookies["ada"]}
        url = self._login_server.app.url
        answer = httpx.request(method, url + path, cookies=cookies, headers={"origin": url}, **values)
        return answer.raise_for_status().json() if answer.content else None

    def new_session(self, title: str) -> str:
        """Create a private session of Ada's and return its id."""
        return self.request_as_ada("POST", "/v1/chat", json={"agent_key": "player", "title": title})["id"]

    def new_group(self, title: str) -> str:
        """Create a group session of Ada and Bob and return its id."""
        session_id = self.new_session(title)
        members = self.request_as_ada("GET", "/v1/members")["items"]
        bob = next(member["user_id"] for member in members if member["name"] == "Bob")
        self.request_as_ada("POST", f"/v1/chat/{session_id}/participants", json={"user_id": bob})
        return session_id


def invite(account: AccountPage, role: str = "Member") -> str:
    """Create an invitation as the person who is signed in and return path and fragment of its link."""
    account.open("/settings/members")
    page = account.page
    page.get_by_label("Role", exact=True).select_option(role)
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_test_id("secret-value")).to_be_focused()
    whole = page.get_by_test_id("secret-value").input_value()
    return whole.removeprefix(account.url)


def join(account: AccountPage, link: str, *, name: str, email: str) -> None:
    """Join the workspace by an invitation link."""
    account.open(link)
    account.fill(name=name, email=email, password=PASSWORD)
    account.submit.click()
    account.wait_for_chat()
