"""Single sign-on in the page."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from chat_app.web.authentication import COOKIE
from tests.support.agents import write_agents
from tests.support.browser.account_page import AccountPage
from tests.support.browser.axe import find_violations
from tests.support.browser.login_server import invite
from tests.support.browser.visitor import open_visitor
from tests.support.oidc_provider import CLIENT_ID, SECRET, OidcProvider, oidc_provider
from tests.support.servers import SCRIPTED_ENV, RunningApp, find_log_errors, start_app

BOB = {"sub": "2", "email": "bob@example.org", "email_verified": True, "name": "Bob"}


@contextmanager
def provider_beside() -> Generator[OidcProvider]:
    """Run a provider in a separate thread, because the browser uses this thread's event loop."""
    ready: list[tuple[OidcProvider, asyncio.AbstractEventLoop, asyncio.Event]] = []
    begun = threading.Event()

    async def run() -> None:
        async with oidc_provider() as provider:
            stop = asyncio.Event()
            ready.append((provider, asyncio.get_running_loop(), stop))
            begun.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert begun.wait(30)
    provider, loop, stop = ready[0]
    try:
        yield provider
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@pytest.fixture(scope="module")
def there() -> Iterator[OidcProvider]:
    """The OpenID Connect provider."""
    with provider_beside() as provider:
        yield provider


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, there: OidcProvider) -> Iterator[RunningApp]:
    """A server where people sign in at the provider."""
    folder = tmp_path_factory.mktemp("single-sign-on") / "data"
    folder.mkdir()
    write_agents(folder)
    chosen = {
        "CHAT_APP_AUTH": "oidc",
        "CHAT_APP_OIDC_ISSUER": there.issuer,
        "CHAT_APP_OIDC_CLIENT_ID": CLIENT_ID,
        "CHAT_APP_OIDC_CLIENT_SECRET": SECRET,
        "CHAT_APP_OIDC_NAME": "Example",
        "CHAT_APP_OIDC_OWNER_EMAIL": "ada@example.org",
    }
    with start_app(folder, env={**SCRIPTED_ENV, **chosen}) as app:
        there.redirect_uri = f"{app.url}/v1/auth/oidc/callback"
        yield app


def test_people_sign_in_at_the_provider_and_other_people_need_an_invitation(
    guarded: RunningApp, there: OidcProvider, browser: Browser
) -> None:
    with open_visitor(browser, guarded.url) as visitor:
        visitor.monitor.hosts.add(urlsplit(there.url).netloc)
        account = AccountPage(visitor.context.new_page(), url=guarded.url)
        account.open("/chat/echo")
        expect(account.page).to_have_url(re.compile(r"/sign-in/?\?next=%2Fchat%2Fecho"))
        button = account.page.get_by_test_id("sign-in-provider")
        expect(button).to_have_text("Sign in with Example")
        assert find_violations(account.page) == []
        button.click()
        account.wait_for_chat()
        expect(account.page).to_have_url(re.compile(r"/chat/echo"))
        assert {each.get("name") for each in visitor.context.cookies()} == {COOKIE}
        link = invite(account)
    there.person = BOB
    with open_visitor(browser, guarded.url) as visitor:
        visitor.monitor.hosts.add(urlsplit(there.url).netloc)
        account = AccountPage(visitor.context.new_page(), url=guarded.url)
        account.open("/sign-in?next=%2Fchat%2Fecho")
        account.page.get_by_test_id("sign-in-provider").click()
        problem = account.page.get_by_test_id("sign-in-problem")
        expect(problem).to_have_text("You have not been invited yet. Ask an owner for an invitation.")
        assert find_violations(account.page) == []
        account.open(link)
        expect(account.submit).to_have_text("Sign in with Example")
        account.submit.click()
        account.wait_for_chat()
    assert find_log_errors(guarded.read_log()) == []
