"""Fixtures of the browser tests: a server with scripted agents, and Chromium.

Their scope is this package: while Playwright's synchronous interface is open, no other test in the same thread can run
an event loop.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.agents import write_agents
from tests.support.browser.fixture_types import StartServer, Visit
from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import TIMEOUT_MS, Visitor, open_visitor
from tests.support.chromium import find_or_install_chromium, launch_arguments
from tests.support.servers import SCRIPTED_ENV, RunningApp, find_log_errors, start_app

expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="package")
def start_server() -> StartServer:
    """Starts a server with scripted agents; its log must contain no errors."""

    @contextmanager
    def start(folder: Path, *, port: int = 0) -> Generator[RunningApp]:
        folder.mkdir(exist_ok=True)
        if not (folder / "agents.toml").exists():
            write_agents(folder)
        with start_app(folder, port=port, env=SCRIPTED_ENV) as app:
            yield app
            assert find_log_errors(app.read_log()) == []

    return start


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the shared server."""
    return tmp_path_factory.mktemp("e2e") / "data"


@pytest.fixture(scope="package")
def server(folder: Path, start_server: StartServer) -> Iterator[RunningApp]:
    """The server that most tests share; each test creates its own sessions."""
    with start_server(folder) as app:
        yield app


@pytest.fixture
def player(folder: Path, server: RunningApp) -> Iterator[ScriptedAgent]:
    """The scripted agent of the shared server."""
    player = ScriptedAgent(folder)
    yield player
    player.open_all_gates()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_or_install_chromium(), args=launch_arguments())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens browsers with empty storage for this test."""
    with ExitStack() as lent:
        yield lambda url, **options: lent.enter_context(open_visitor(browser, url, **options))


@pytest.fixture
def visitor(browser: Browser, server: RunningApp) -> Iterator[Visitor]:
    """A browser at the shared server, whose log must contain no errors meanwhile."""
    before = len(server.read_log())
    with open_visitor(browser, server.url) as visitor:
        yield visitor
    assert find_log_errors(server.read_log()[before:]) == []


@pytest.fixture
def chat(visitor: Visitor) -> ChatPage:
    """An empty tab in the browser `visitor`."""
    return visitor.open_tab()
