"""Signing in, and everything that leads there or away from there, as people do it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.test_phone import assert_fits_fingers
from tests.support.browser.axe import find_violations
from tests.support.browser.company import BOB, founded, invite, join
from tests.support.browser.door import OWNER, PASSWORD, Door
from tests.support.browser.line import Line
from tests.support.browser.visitor import PHONE, Visitor, visiting
from tests.support.servers import RunningApp


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[RunningApp]:
    """A server with a login, set up by its owner through the page."""
    with founded(tmp_path_factory.mktemp("sign-in") / "data", browser) as company:
        yield company.app


@pytest.fixture
def visitors(browser: Browser, guarded: RunningApp) -> Iterator[ExitStack]:
    with ExitStack() as lent:
        yield lent


def come(browser: Browser, lent: ExitStack, app: RunningApp, **options: object) -> tuple[Visitor, Door]:
    """Lend a browser that is not signed in, and a tab of it."""
    visitor = lent.enter_context(visiting(browser, app.url, **options))
    visitor.watch.may_be_refused = True
    return visitor, Door(visitor.context.new_page(), url=app.url)


def test_who_is_not_signed_in_comes_to_the_page_they_wanted_after_signing_in(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    visitor, door = come(browser, visitors, guarded)
    door.open("/chat/echo?session=new")
    expect(door.page).to_have_url(re.compile(r"/sign-in/?\?next="))
    expect(door.email).to_be_focused()
    door.sign_in(password="not this one at all")
    expect(door.error).to_contain_text("Incorrect e-mail address or password")
    expect(door.email).to_have_value(OWNER)
    expect(door.password).to_be_focused()
    door.sign_in()
    expect(door.page).to_have_url(f"{guarded.url}/chat/echo?session=new")
    door.enter().ask("Hello", answer="Hello")
    again = Door(visitor.context.new_page(), url=guarded.url)
    again.open("/sign-in?next=//example.org/")
    expect(again.page).to_have_url(re.compile(rf"^{re.escape(guarded.url)}/(chat/.*)?$"))


def test_no_page_before_the_app_asks_for_the_event_connection(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, door = come(browser, visitors, guarded)
    sockets: list[str] = []
    door.page.on("websocket", lambda socket: sockets.append(socket.url))
    for address in ("/sign-in", "/join", "/reset", "/set-up"):
        door.open(address)
        expect(door.page.get_by_test_id("auth-page")).to_have_attribute("aria-busy", "false")
    assert sockets == []


def test_an_invitation_is_used_once_and_its_secret_leaves_the_address_bar(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.enter()
    link = invite(ada)
    assert link.startswith("/join#")
    _, dora = come(browser, visitors, guarded)
    dora.open(link)
    expect(dora.page.get_by_role("heading", level=1)).to_contain_text("Join")
    assert "#" not in dora.page.url
    dora.fill(name="Dora", email="dora", password=PASSWORD)
    dora.submit.click()
    expect(dora.error).to_contain_text("e-mail address")
    expect(dora.email).to_be_focused()
    expect(dora.password).to_have_value(PASSWORD)
    dora.page.reload()
    dora.fill(name="Dora", email="dora@example.org", password=PASSWORD)
    dora.submit.click()
    dora.enter()
    _, late = come(browser, visitors, guarded)
    late.open(link)
    expect(late.page.get_by_test_id("link-gone")).to_be_visible()


def test_what_waits_goes_out_for_its_writer_alone(browser: Browser, visitors: ExitStack, guarded: RunningApp) -> None:
    visitor, door = come(browser, visitors, guarded)
    visitor.watch.may_lose_connection = True
    door.open("/chat/echo?session=new")
    door.sign_in()
    chat = door.enter()
    expect(chat.field).to_be_visible()
    elsewhere, other = come(browser, visitors, guarded)
    elsewhere.context.add_cookies(visitor.context.cookies())  # pyright: ignore[reportArgumentType]
    other.open("/settings/account")
    other.page.get_by_test_id("sign-out-everywhere").click()
    expect(other.page).to_have_url(re.compile("/sign-in"))
    expect(door.page.get_by_test_id("signed-out")).to_be_visible()
    chat.send("Written while signed out")
    chat.write("half a thought")
    expect(chat.pending).to_contain_text("waiting to send")

    door.page.get_by_test_id("sign-in-again").click()
    door.sign_in(email=BOB)
    expect(door.enter().field).to_have_value("")
    chat.settings_button.click()
    door.page.get_by_test_id("sign-out").click()
    door.sign_in()
    door.enter()
    expect(chat.session_list).to_contain_text("Written while signed out")
    expect(chat.rows.filter(has_text="Written while signed out")).to_have_count(1)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_axe_finds_nothing_and_fingers_fit(
    browser: Browser, visitors: ExitStack, guarded: RunningApp, size: str
) -> None:
    options: dict[str, object] = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if size == "phone" else {}
    _, door = come(browser, visitors, guarded, **options)

    def look() -> None:
        for scheme in ("light", "dark"):
            door.page.emulate_media(color_scheme=scheme)
            assert find_violations(door.page) == []
        if size == "phone":
            assert_fits_fingers(door.page.locator("button, a, input, select"))
            assert door.page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0

    door.open("/sign-in")
    door.sign_in(password="not this one at all")
    expect(door.error).to_be_visible()
    look()
    door.sign_in()
    door.enter()
    for address in ("members", "tokens", "account", "preferences", "keys", "audit"):
        door.open(f"/settings/{address}")
        expect(door.page.locator(".set-list li, .set-form, .auth-form").first).to_be_visible()
        look()
    door.open("/settings/tokens")
    door.page.get_by_label("Name").fill("Nightly export")
    door.page.get_by_role("button", name="Make a token").click()
    expect(door.page.get_by_test_id("secret-value")).to_be_focused()
    look()
    door.page.get_by_test_id("secret-done").click()
    door.page.get_by_role("button", name="Revoke Nightly export").first.click()
    look()
    door.page.get_by_role("button", name="Revoke", exact=True).click()
    expect(door.page.get_by_test_id("token")).to_have_count(0)


def test_a_token_is_made_when_it_is_known_what_it_may_do_and_a_refused_one_is_not_forgotten(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, door = come(browser, visitors, guarded)
    door.open("/sign-in")
    door.sign_in()
    door.enter()
    line = Line(door.page)
    line.hold()
    door.open("/settings/tokens")
    make = door.page.get_by_role("button", name="Make a token")
    expect(make).to_be_disabled()
    line.let_go()
    expect(make).to_be_enabled()

    name, scope = door.page.get_by_label("Name"), door.page.get_by_label("May")
    name.fill("   ")
    scope.select_option("write")
    make.click()
    expect(door.page.get_by_test_id("settings-problem")).not_to_be_empty()
    expect(scope).to_have_value("write")
    name.fill("Nightly import")
    make.click()
    expect(door.page.get_by_test_id("secret-value")).to_be_focused()
    expect(name).to_have_value("")


def test_a_new_password_ends_the_old_one(browser: Browser, visitors: ExitStack, guarded: RunningApp) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.enter()
    link = invite(ada, role="Viewer")
    visitor, carol = come(browser, visitors, guarded)
    visitor.watch.may_lose_connection = True
    join(carol, link, name="Carol", email="carol@example.org")
    carol.open("/settings/account")
    carol.fill(old="not this one at all", password="quite other words")
    carol.submit.click()
    expect(carol.error).to_contain_text("current password")
    carol.fill(old=PASSWORD)
    carol.submit.click()
    expect(carol.page.get_by_test_id("password-changed")).to_contain_text("changed")
    _, again = come(browser, visitors, guarded)
    again.open("/sign-in")
    again.sign_in("carol@example.org", PASSWORD)
    expect(again.error).to_be_visible()
    again.sign_in("carol@example.org", "quite other words")
    again.enter()


def test_owners_search_the_audit_log_and_others_see_none(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.enter()
    link = invite(ada)
    _, dan = come(browser, visitors, guarded)
    join(dan, link, name="Dan", email="dan@example.org")
    ada.open("/settings/audit")
    entries = ada.page.get_by_test_id("entry")
    expect(entries.filter(has_text="member.joined").filter(has_text="dan@example.org")).to_have_count(1)
    ada.page.get_by_label("Search").fill("member.joined")
    ada.page.get_by_role("button", name="Search").click()
    expect(entries.filter(has_text="login.created")).to_have_count(0)
    expect(entries.filter(has_text="Dan")).to_have_count(1)
    dan.open("/settings/audit")
    expect(dan.page.get_by_test_id("settings-problem")).to_contain_text("Only owners and admins")
    expect(dan.page.get_by_test_id("entry")).to_have_count(0)
    expect(dan.page.get_by_role("link", name="Members")).to_be_visible()
    expect(dan.page.get_by_role("link", name="Preferences")).to_be_visible()
    expect(dan.page.get_by_role("link", name="Audit log")).to_have_count(0)
    dan.open("/settings/keys")
    expect(dan.page.get_by_test_id("settings-problem")).to_contain_text("Only owners and admins")
    expect(dan.page.get_by_role("link", name="Keys")).to_have_count(0)
    expect(dan.page.locator("form")).to_have_count(0)
