"""Every state of the page that is about people: signing in, the settings, and conversations of several."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SETTINGS
from tests.support.agents import write_agents
from tests.support.browser.company import Company, Meeting, invite
from tests.support.browser.door import OWNER, Door, set_up_path
from tests.support.browser.pages import ChatPage
from tests.support.browser.showing import Size
from tests.support.browser.visitor import visiting
from tests.support.servers import start_app


@dataclass(kw_only=True)
class Office:
    """What a scene is made with: tabs of Ada's and Bob's, and one of nobody's.

    Args:
        browser: Chromium.
        meeting: Lends the tabs.
        door: A tab in which nobody is signed in.
        options: Of a browser of that size.
        lent: Ends what a scene has begun.
    """

    browser: Browser
    meeting: Meeting
    door: Door
    options: dict[str, Any]
    lent: ExitStack

    def ada(self, address: str) -> ChatPage:
        """Show an address to Ada."""
        tab = self.meeting.comes("ada", **self.options)
        tab.page.goto(tab.url + address)
        return tab


@dataclass(frozen=True, kw_only=True)
class PeopleScene:
    """One state of the page.

    Args:
        name: What pictures of it are called.
        arrange: Brings a page there and returns it.
    """

    name: str
    arrange: Callable[[Office], Page]


class PeopleShow:
    """Shows scenes at an installation with a login.

    Args:
        browser: Chromium.
        company: The installation.
    """

    def __init__(self, browser: Browser, company: Company) -> None:
        self._browser = browser
        self._company = company

    @contextmanager
    def shown(self, scene: PeopleScene, size: Size) -> Generator[Page]:
        """Show a scene for the block."""
        options = {"viewport": {"width": size.width, "height": size.height}, **size.options}
        with ExitStack() as lent:
            nobody = lent.enter_context(visiting(self._browser, self._company.app.url, **options))
            nobody.watch.may_be_refused = nobody.watch.may_lose_connection = True
            meeting = Meeting(self._browser, self._company, lent)
            door = Door(nobody.context.new_page(), url=self._company.app.url)
            yield scene.arrange(Office(browser=self._browser, meeting=meeting, door=door, options=options, lent=lent))


def _sign_in(office: Office) -> Page:
    office.door.open("/sign-in")
    expect(office.door.email).to_be_focused()
    return office.door.page


def _set_up(office: Office) -> Page:
    folder = Path(office.lent.enter_context(TemporaryDirectory())) / "data"
    folder.mkdir()
    write_agents(folder)
    app = office.lent.enter_context(start_app(folder, env={**SETTINGS, "CHAT_APP_AUTH": "password"}))
    visitor = office.lent.enter_context(visiting(office.browser, app.url, **office.options))
    visitor.watch.may_lose_connection = True
    door = Door(visitor.context.new_page(), url=app.url)
    door.open(set_up_path(app))
    expect(door.email).to_be_visible()
    return door.page


def _refused(office: Office) -> Page:
    _sign_in(office)
    office.door.sign_in(OWNER, "not this one at all")
    expect(office.door.error).to_be_visible()
    return office.door.page


def _link(office: Office, address: str) -> Page:
    office.door.open(address)
    expect(office.door.page.get_by_test_id("auth-page")).to_have_attribute("aria-busy", "false")
    return office.door.page


def _join(office: Office) -> Page:
    ada = office.meeting.comes("ada")
    return _link(office, invite(Door(ada.page, url=ada.url)))


def _settings(name: str) -> Callable[[Office], Page]:
    def arrange(office: Office) -> Page:
        page = office.ada(f"/settings/{name}").page
        expect(page.locator(".set-list li, .set-form, .auth-form").first).to_be_visible()
        expect(page.get_by_role("link", name="Audit log")).to_be_visible()
        return page

    return arrange


def _new_token(office: Office) -> Page:
    page = _settings("tokens")(office)
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_role("button", name="Create token").click()
    value = page.get_by_test_id("secret-value")
    expect(value).to_be_focused()
    # What is in a picture is no secret any more.
    value.evaluate("field => { field.value = 'cs_' + '0'.repeat(40) }")
    return page


def _person_menu(office: Office) -> Page:
    ada = office.ada("/chat/player?session=new")
    expect(ada.field).to_be_visible()
    if not ada.settings_button.is_visible():
        ada.open_drawer()
    ada.settings_button.click()
    expect(ada.menu).to_be_visible()
    return ada.page


def _group(office: Office) -> ChatPage:
    meeting = office.meeting
    meeting.player.says({"text": "The export reads the clock twice, once in UTC. I would read it once."})
    session_id = meeting.group("Nightly export")
    address = f"/chat/player?session={session_id}"
    ada, bob = office.ada(address), meeting.comes("bob")
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


def _mention(office: Office) -> Page:
    ada = _group(office)
    ada.field.press_sequentially("@")
    expect(ada.mentions).to_have_count(2)
    return ada.page


def _sharing(office: Office) -> Page:
    ada = _group(office)
    ada.people_badge.click()
    expect(ada.participants).to_have_count(2)
    return ada.page


_SETTINGS = ("members", "tokens", "account", "preferences", "keys", "audit")

PEOPLE_SCENES = (
    PeopleScene(name="set-up", arrange=_set_up),
    PeopleScene(name="sign-in", arrange=_sign_in),
    PeopleScene(name="sign-in-refused", arrange=_refused),
    PeopleScene(name="link-gone", arrange=lambda office: _link(office, "/set-up#used")),
    PeopleScene(name="join", arrange=_join),
    PeopleScene(name="person-menu", arrange=_person_menu),
    *(PeopleScene(name=name, arrange=_settings(name)) for name in _SETTINGS),
    PeopleScene(name="new-token", arrange=_new_token),
    PeopleScene(name="group", arrange=lambda office: _group(office).page),
    PeopleScene(name="mention", arrange=_mention),
    PeopleScene(name="sharing", arrange=_sharing),
)
