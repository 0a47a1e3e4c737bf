"""A real server and a real browser for tests that do what a person does.

Everything here ends with this package: while Playwright's synchronous interface is open, no other test in the same
thread can run an event loop.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.agents import write_agents
from tests.support.browser.pages import ChatPage
from tests.support.browser.player import Player
from tests.support.browser.visitor import Visitor, visiting
from tests.support.chromium import find_or_install_chromium, launch_arguments
from tests.support.servers import RunningApp, start_app

PATIENCE = 20_000
"""Milliseconds after which what a test waits for is taken not to happen; a busy machine needs some."""
SETTINGS = {"CHAT_APP_ALLOW_SCRIPTED": "1", "CHAT_APP_MODEL_RETRIES": "1", "CHAT_APP_MODEL_RETRY_SECONDS": "0.1"}
_LOGGED = re.compile(r"^.* (?:ERROR|CRITICAL) .*$|^Traceback .*$", re.MULTILINE)

expect.set_options(timeout=PATIENCE)


class StartServer(Protocol):
    """Starts a server of a test's own."""

    def __call__(self, folder: Path, *, port: int = 0) -> AbstractContextManager[RunningApp]:
        """Run it in this data folder."""
        ...


class Visit(Protocol):
    """Lends browsers that have never been here."""

    def __call__(self, url: str, **options: Any) -> Visitor:
        """Lend one, with these options of its context, until the test ends."""
        ...


def problems_in(log: str) -> list[str]:
    """Return the lines of a server's log that say that something went wrong.

    That a page reported an error is left out: whoever watches the page has the error itself.
    """
    return [line for line in _LOGGED.findall(log) if "a page reported an error" not in line]


@pytest.fixture(scope="package")
def start_server() -> StartServer:
    """Starts a server with scripted agents; its log has to stay quiet."""

    @contextmanager
    def start(folder: Path, *, port: int = 0) -> Generator[RunningApp]:
        folder.mkdir(exist_ok=True)
        if not (folder / "agents.toml").exists():
            write_agents(folder)
        with start_app(folder, port=port, env=SETTINGS) as app:
            yield app
            assert problems_in(app.read_log()) == []

    return start


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the server that most tests share."""
    return tmp_path_factory.mktemp("e2e") / "data"


@pytest.fixture(scope="package")
def server(folder: Path, start_server: StartServer) -> Iterator[RunningApp]:
    """The server that most tests share; each test makes sessions of its own."""
    with start_server(folder) as app:
        yield app


@pytest.fixture
def player(folder: Path, server: RunningApp) -> Iterator[Player]:
    """The scripted agent of the shared server."""
    player = Player(folder)
    yield player
    player.leave()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_or_install_chromium(), args=launch_arguments())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Lends browsers for this test."""
    with ExitStack() as lent:
        yield lambda url, **options: lent.enter_context(visiting(browser, url, **options))


@pytest.fixture
def visitor(browser: Browser, server: RunningApp) -> Iterator[Visitor]:
    """A browser at the shared server, whose log has to stay quiet meanwhile."""
    before = len(server.read_log())
    with visiting(browser, server.url) as visitor:
        yield visitor
    assert problems_in(server.read_log()[before:]) == []


@pytest.fixture
def chat(visitor: Visitor) -> ChatPage:
    """A tab in that browser."""
    return visitor.open_tab()
