"""Scenes of a server with a login: sign-in, settings and group sessions."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.screenshots.viewer import Size
from tests.support.agents import write_agents
from tests.support.browser.account_page import OWNER, PASSWORD, AccountPage, set_up_path
from tests.support.browser.login_server import LoginServer, SignedInBrowsers, invite
from tests.support.browser.pages import ChatPage
from tests.support.browser.visitor import open_visitor
from tests.support.servers import SCRIPTED_ENV, start_app


@dataclass(kw_only=True)
class SceneContext:
    """The browsers of a scene: tabs in which Ada and Bob are signed in, and one in which nobody is.

    Args:
        browser: Chromium.
        browsers: Opens the tabs.
        account: A tab in which nobody is signed in.
        options: Of a browser of that size.
        lent: Closes what a scene opened.
    """

    browser: Browser
    browsers: SignedInBrowsers
    account: AccountPage
    options: dict[str, Any]
    lent: ExitStack

    def ada(self, address: str) -> ChatPage:
        """Open an address in a tab in which Ada is signed in."""
        tab = self.browsers.open_tab("ada", **self.options)
        tab.page.goto(tab.url + address)
        return tab


@dataclass(frozen=True, kw_only=True)
class PeopleScene:
    """A state of the page.

    Args:
        name: The name of the screenshots.
        arrange: Brings a page into the state and returns it.
    """

    name: str
    arrange: Callable[[SceneContext], Page]


class PeopleSceneViewer:
    """Shows scenes of a server with a login.

    Args:
        browser: Chromium.
        login_server: The server.
    """

    def __init__(self, browser: Browser, login_server: LoginServer) -> None:
        self._browser = browser
        self._login_server = login_server

    @contextmanager
    def show(self, scene: PeopleScene, size: Size) -> Generator[Page]:
        """Show a scene while the context is open."""
        options = {"viewport": {"width": size.width, "height": size.height}, **size.options}
        with ExitStack() as lent:
            nobody = lent.enter_context(open_visitor(self._browser, self._login_server.app.url, **options))
            nobody.monitor.may_be_refused = nobody.monitor.may_lose_connection = True
            browsers = SignedInBrowsers(self._browser, self._login_server, lent)
            account = AccountPage(nobody.context.new_page(), url=self._login_server.app.url)
            yield scene.arrange(
                SceneContext(browser=self._browser, browsers=browsers, account=account, options=options, lent=lent)
            )


def _sign_in(context: SceneContext) -> Page:
    context.account.open("/sign-in")
    expect(context.account.email).to_be_focused()
    return context.account.page


def _set_up(context: SceneContext) -> Page:
    folder = Path(context.lent.enter_context(TemporaryDirectory())) / "data"
    folder.mkdir()
    write_agents(folder)
    app = context.lent.enter_context(start_app(folder, env={**SCRIPTED_ENV, "CHAT_APP_AUTH": "password"}))
    visitor = context.lent.enter_context(open_visitor(context.browser, app.url, **context.options))
    visitor.monitor.may_lose_connection = True
    account = AccountPage(visitor.context.new_page(), url=app.url)
    account.open(set_up_path(app))
    expect(account.email).to_be_visible()
    return account.page


def _refused(context: SceneContext) -> Page:
    _sign_in(context)
    context.account.sign_in(OWNER, "not this one at all")
    expect(context.account.error).to_be_visible()
    return context.account.page


def _link(context: SceneContext, address: str) -> Page:
    context.account.open(address)
    expect(context.account.page.get_by_test_id("auth-page")).to_have_attribute("aria-busy", "false")
    return context.account.page


def _join(context: SceneContext) -> Page:
    ada = context.browsers.open_tab("ada")
    return _link(context, invite(AccountPage(ada.page, url=ada.url)))


def _settings(name: str) -> Callable[[SceneContext], Page]:
    def arrange(context: SceneContext) -> Page:
        page = context.ada(f"/settings/{name}").page
        expect(page.locator(".set-list li, .set-form, .auth-form").first).to_be_visible()
        expect(page.get_by_role("link", name="Audit log")).to_be_visible()
        return page

    return arrange


def _new_token(context: SceneContext) -> Page:
    page = _settings("tokens")(context)
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_role("button", name="Create token").click()
    value = page.get_by_test_id("secret-value")
    expect(value).to_be_focused()
    # The token itself must not appear in a screenshot.
    value.evaluate("field => { field.value = 'cs_' + '0'.repeat(40) }")
    return page


def _new_password(context: SceneContext) -> Page:
    context.browsers.request_as_ada("POST", "/v1/tokens", json={"name": "Nightly export", "scope": "read"})
    page = context.ada("/settings/account").page
    account = AccountPage(page, url=context.account.url)
    account.change_password(PASSWORD, PASSWORD)
    page.get_by_test_id("revoke-all-tokens").scroll_into_view_if_needed()
    context.browsers.keep_login("ada", page)
    return page


def _reset(context: SceneContext) -> Page:
    context.browsers.request_as_ada("POST", "/v1/tokens", json={"name": "Nightly export", "scope": "read"})
    owner = context.browsers.request_as_ada("GET", "/v1/me")["user"]["id"]
    page = _link(context, context.browsers.request_as_ada("POST", f"/v1/members/{owner}/reset-link")["path"])
    page.get_by_test_id("field-revoke_tokens").check()
    return page


def _person_menu(context: SceneContext) -> Page:
    ada = context.ada("/chat/player?session=new")
    expect(ada.field).to_be_visible()
    if not ada.settings_button.is_visible():
        ada.open_drawer()
    ada.settings_button.click()
    expect(ada.menu).to_be_visible()
    return ada.page


def _group(context: SceneContext) -> ChatPage:
    browsers = context.browsers
    browsers.player.answer_with({"text": "The export reads the clock twice, once in UTC. I would read it once."})
    session_id = browsers.new_group("Nightly export")
    address = f"/chat/player?session={session_id}"
    ada, bob = context.ada(address), browsers.open_tab("bob")
    bob.open(address)
    expect(ada.people_badge).to_contain_text("Group · 2")
    bob.send("The export was an hour late again.")
    ada.wait_for_question("an hour late")
    ada.send("@player, do you see why?")
    ada.wait_for_answer("I would read it once.")
    bob.field.press_sequentially("That")
    expect(ada.typing).to_have_text("Bob is typing…")
    # A question goes to the top; what was said before it belongs to the picture.
    ada.messages.first.scroll_into_view_if_needed()
    return ada


def _mention(context: SceneContext) -> Page:
    ada = _group(context)
    ada.field.press_sequentially("@")
    expect(ada.mentions).to_have_count(2)
    return ada.page


def _sharing(context: SceneContext) -> Page:
    ada = _group(context)
    ada.people_badge.click()
    expect(ada.participants).to_have_count(2)
    return ada.page


_SETTINGS = ("members", "tokens", "account", "preferences", "keys", "audit")

PEOPLE_SCENES = (
    PeopleScene(name="set-up", arrange=_set_up),
    PeopleScene(name="sign-in", arrange=_sign_in),
    PeopleScene(name="sign-in-refused", arrange=_refused),
    PeopleScene(name="link-gone", arrange=lambda context: _link(context, "/set-up#used")),
    PeopleScene(name="join", arrange=_join),
    PeopleScene(name="person-menu", arrange=_person_menu),
    *(PeopleScene(name=name, arrange=_settings(name)) for name in _SETTINGS),
    PeopleScene(name="new-token", arrange=_new_token),
    PeopleScene(name="new-password", arrange=_new_password),
    PeopleScene(name="reset", arrange=_reset),
    PeopleScene(name="group", arrange=lambda context: _group(context).page),
    PeopleScene(name="mention", arrange=_mention),
    PeopleScene(name="sharing", arrange=_sharing),
)
