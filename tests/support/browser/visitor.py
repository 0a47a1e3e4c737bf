"""Opens browsers with empty storage whose pages are monitored for errors."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.support.browser.page_monitor import PageMonitor
from tests.support.browser.pages import ChatPage

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
TIMEOUT_MS = 20_000
"""Time limit of an expectation in milliseconds; long enough for a busy machine."""


class Visitor:
    """A browser context with empty storage.

    Args:
        context: The context of Playwright.
        url: The origin of the server.
    """

    def __init__(self, context: BrowserContext, *, url: str) -> None:
        self.context = context
        self.url = url
        self.monitor = PageMonitor(context, url=url)

    def open_tab(self) -> ChatPage:
        """Open an empty tab."""
        return ChatPage(self.context.new_page(), url=self.url)


@contextmanager
def open_visitor(browser: Browser, url: str, **options: Any) -> Generator[Visitor]:
    """Open a browser context for the block, and fail when `PageMonitor` has found a problem.

    Args:
        browser: Chromium.
        url: The origin of the server.
        options: Options of the context.
    """
    given: dict[str, Any] = {"viewport": DESKTOP, **options}
    context = browser.new_context(**given)
    visitor = Visitor(context, url=url)
    yield visitor
    visitor.monitor.assert_quiet()
    context.close()
