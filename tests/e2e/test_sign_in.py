"""Sign-in, invitations, tokens, passwords and the audit log in the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser.account_page import OWNER, PASSWORD, AccountPage
from tests.support.browser.axe import find_violations
from tests.support.browser.held_socket import HeldSocket
from tests.support.browser.layout import assert_touch_targets
from tests.support.browser.login_server import BOB, invite, join, start_login_server
from tests.support.browser.visitor import PHONE, Visitor, open_visitor
from tests.support.servers import RunningApp


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[RunningApp]:
    """A server with a login, set up by its owner through the page."""
    with start_login_server(tmp_path_factory.mktemp("sign-in") / "data", browser) as login_server:
        yield login_server.app


@pytest.fixture
def visitors(browser: Browser, guarded: RunningApp) -> Iterator[ExitStack]:
    with ExitStack() as lent:
        yield lent


def come(browser: Browser, lent: ExitStack, app: RunningApp, **options: object) -> tuple[Visitor, AccountPage]:
    """Open a browser that is not signed in, and a tab in it."""
    visitor = lent.enter_context(open_visitor(browser, app.url, **options))
    visitor.monitor.may_be_refused = True
    return visitor, AccountPage(visitor.context.new_page(), url=app.url)


def test_signing_in_leads_to_the_requested_page(browser: Browser, visitors: ExitStack, guarded: RunningApp) -> None:
    visitor, account = come(browser, visitors, guarded)
    account.open("/chat/echo?session=new")
    expect(account.page).to_have_url(re.compile(r"/sign-in/?\?next="))
    expect(account.email).to_be_focused()
    account.sign_in(password="not this one at all")
    expect(account.error).to_contain_text("Incorrect e-mail address or password")
    expect(account.email).to_have_value(OWNER)
    expect(account.password).to_be_focused()
    account.sign_in()
    expect(account.page).to_have_url(f"{guarded.url}/chat/echo?session=new")
    account.wait_for_chat().ask("Hello", answer="Hello")
    again = AccountPage(visitor.context.new_page(), url=guarded.url)
    again.open("/sign-in?next=//example.org/")
    expect(again.page).to_have_url(re.compile(rf"^{re.escape(guarded.url)}/(chat/.*)?$"))


def test_sign_in_pages_open_no_event_websocket(browser: Browser, visitors: ExitStack, guarded: RunningApp) -> None:
    _, account = come(browser, visitors, guarded)
    sockets: list[str] = []
    account.page.on("websocket", lambda socket: sockets.append(socket.url))
    for address in ("/sign-in", "/join", "/reset", "/set-up"):
        account.open(address)
        expect(account.page.get_by_test_id("auth-page")).to_have_attribute("aria-busy", "false")
    assert sockets == []


def test_an_invitation_can_be_used_once_and_its_secret_is_removed_from_the_address_bar(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.wait_for_chat()
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
    dora.wait_for_chat()
    _, late = come(browser, visitors, guarded)
    late.open(link)
    expect(late.page.get_by_test_id("link-gone")).to_be_visible()


def test_an_unsent_message_is_sent_only_when_its_author_is_signed_in(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    visitor, account = come(browser, visitors, guarded)
    visitor.monitor.may_lose_connection = True
    account.open("/chat/echo?session=new")
    account.sign_in()
    chat = account.wait_for_chat()
    expect(chat.field).to_be_visible()
    elsewhere, other = come(browser, visitors, guarded)
    elsewhere.monitor.may_lose_connection = True
    elsewhere.context.add_cookies(visitor.context.cookies())  # pyright: ignore[reportArgumentType]
    other.open("/settings/account")
    other.page.get_by_test_id("sign-out-everywhere").click()
    expect(other.page).to_have_url(re.compile("/sign-in"))
    expect(account.page.get_by_test_id("signed-out")).to_be_visible()
    chat.send("Written while signed out")
    chat.write("half a thought")
    expect(chat.pending).to_contain_text("waiting to send")

    account.page.get_by_test_id("sign-in-again").click()
    account.sign_in(email=BOB)
    expect(account.wait_for_chat().field).to_have_value("")
    chat.settings_button.click()
    account.page.get_by_test_id("sign-out").click()
    account.sign_in()
    account.wait_for_chat()
    expect(chat.session_list).to_contain_text("Written while signed out")
    expect(chat.rows.filter(has_text="Written while signed out")).to_have_count(1)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_have_no_axe_violations_and_touch_targets_are_large_enough(
    browser: Browser, visitors: ExitStack, guarded: RunningApp, size: str
) -> None:
    options: dict[str, object] = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if size == "phone" else {}
    _, account = come(browser, visitors, guarded, **options)

    def look() -> None:
        for scheme in ("light", "dark"):
            account.page.emulate_media(color_scheme=scheme)
            assert find_violations(account.page) == []
        if size == "phone":
            assert_touch_targets(account.page.locator("button, a, input, select"))
            assert account.page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0

    account.open("/sign-in")
    account.sign_in(password="not this one at all")
    expect(account.error).to_be_visible()
    look()
    account.sign_in()
    account.wait_for_chat()
    for address in ("members", "tokens", "account", "preferences", "keys", "audit"):
        account.open(f"/settings/{address}")
        expect(account.page.locator(".set-list li, .set-form, .auth-form").first).to_be_visible()
        look()
    account.open("/settings/tokens")
    account.page.get_by_label("Name").fill("Nightly export")
    account.page.get_by_role("button", name="Create token").click()
    expect(account.page.get_by_test_id("secret-value")).to_be_focused()
    look()
    account.page.get_by_test_id("secret-done").click()
    account.page.get_by_role("button", name="Revoke Nightly export").first.click()
    look()
    account.page.get_by_role("button", name="Revoke", exact=True).click()
    expect(account.page.get_by_test_id("token")).to_have_count(0)


def test_the_token_form_is_enabled_when_loaded_and_keeps_its_values_after_a_refusal(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, account = come(browser, visitors, guarded)
    account.open("/sign-in")
    account.sign_in()
    account.wait_for_chat()
    socket = HeldSocket(account.page)
    socket.hold()
    account.open("/settings/tokens")
    make = account.page.get_by_role("button", name="Create token")
    expect(make).to_be_disabled()
    socket.release()
    expect(make).to_be_enabled()

    name, scope = account.page.get_by_label("Name"), account.page.get_by_label("Access")
    name.fill("   ")
    scope.select_option("write")
    make.click()
    expect(account.page.get_by_test_id("settings-problem")).not_to_be_empty()
    expect(scope).to_have_value("write")
    name.fill("Nightly import")
    make.click()
    expect(account.page.get_by_test_id("secret-value")).to_be_focused()
    expect(name).to_have_value("")


def test_a_new_password_replaces_the_old_one(browser: Browser, visitors: ExitStack, guarded: RunningApp) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.wait_for_chat()
    link = invite(ada, role="Viewer")
    visitor, carol = come(browser, visitors, guarded)
    visitor.monitor.may_lose_connection = True
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
    again.wait_for_chat()


def test_after_a_new_password_all_tokens_can_be_revoked_with_the_keyboard(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.wait_for_chat()
    link = invite(ada)
    visitor, erin = come(browser, visitors, guarded)
    visitor.monitor.may_lose_connection = True
    join(erin, link, name="Erin", email="erin@example.org")
    page = erin.page
    erin.open("/settings/account")
    erin.change_password(PASSWORD, PASSWORD)
    expect(page.get_by_test_id("password-changed")).to_contain_text("changed")
    expect(page.get_by_test_id("revoke-all-tokens")).to_have_count(0)
    for name in ("One", "Two"):
        make_token(erin, name)
    erin.open("/settings/account")
    erin.change_password(PASSWORD, PASSWORD)
    expect(page.get_by_test_id("tokens-kept")).to_contain_text("2 API tokens")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert find_violations(page) == []
    page.get_by_test_id("revoke-all-tokens").focus()
    page.keyboard.press("Enter")
    revoked = page.get_by_test_id("tokens-revoked")
    expect(revoked).to_have_text("2 API tokens have been revoked.")
    expect(revoked).to_be_focused()
    erin.open("/settings/tokens")
    expect(page.get_by_text("You have no tokens in this workspace.")).to_be_visible()


@pytest.mark.parametrize("revokes", [True, False])
def test_a_reset_page_offers_to_revoke_the_tokens_of_the_account(
    browser: Browser, visitors: ExitStack, guarded: RunningApp, revokes: bool
) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.wait_for_chat()
    name = "Finn" if revokes else "Gwen"
    link = invite(ada)
    visitor, person = come(browser, visitors, guarded, viewport=PHONE, is_mobile=True, has_touch=True)
    visitor.monitor.may_lose_connection = True
    join(person, link, name=name, email=f"{name.lower()}@example.org")
    make_token(person, "One")
    ada.open("/settings/members")
    ada.page.get_by_role("button", name=f"Password link for {name}").click()
    expect(ada.page.get_by_test_id("secret-value")).to_be_focused()
    _, reset = come(browser, visitors, guarded, viewport=PHONE, is_mobile=True, has_touch=True)
    reset.open(ada.page.get_by_test_id("secret-value").input_value().removeprefix(guarded.url))
    expect(reset.password).to_be_focused()
    box = reset.page.get_by_role("checkbox", name="Also revoke")
    assert_touch_targets(reset.page.locator("button, input:not([readonly])"))
    for scheme in ("light", "dark"):
        reset.page.emulate_media(color_scheme=scheme)
        assert find_violations(reset.page) == []
    if revokes:
        box.press("Space")
        expect(box).to_be_checked()
    reset.password.fill("quite other words")
    reset.submit.click()
    reset.wait_for_chat()
    reset.open("/settings/tokens")
    if revokes:
        expect(reset.page.get_by_text("You have no tokens in this workspace.")).to_be_visible()
    else:
        expect(reset.page.get_by_test_id("token")).to_have_count(1)


def make_token(account: AccountPage, name: str) -> None:
    """Create a token in the settings."""
    account.open("/settings/tokens")
    account.page.get_by_label("Name").fill(name)
    account.page.get_by_role("button", name="Create token").click()
    expect(account.page.get_by_test_id("secret-value")).to_be_focused()


def test_owners_can_search_the_audit_log_and_members_cannot_open_it(
    browser: Browser, visitors: ExitStack, guarded: RunningApp
) -> None:
    _, ada = come(browser, visitors, guarded)
    ada.open("/sign-in")
    ada.sign_in()
    ada.wait_for_chat()
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
