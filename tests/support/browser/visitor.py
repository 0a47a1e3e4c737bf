"""A person's browser: a context of its own, its tabs, and the watch over them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.support.browser.pages import ChatPage
from tests.support.browser.watch import Watch

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


class Visitor:
    """A browser that has never been here.

    Args:
        context: Its context.
        url: The origin of the server that it visits.
    """

    def __init__(self, context: BrowserContext, *, url: str) -> None:
        self.context = context
        self.url = url
        self.watch = Watch(context, url=url)

    def open_tab(self) -> ChatPage:
        """Open a tab; nothing is loaded in it yet."""
        return ChatPage(self.context.new_page(), url=self.url)


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Generator[Visitor]:
    """Lend a browser for the block, and fail if its pages caused what they must not.

    Args:
        browser: Chromium.
        url: The origin of the server.
        options: Of the browser's context.
    """
    given: dict[str, Any] = {"viewport": DESKTOP, **options}
    context = browser.new_context(**given)
    visitor = Visitor(context, url=url)
    yield visitor
    visitor.watch.assert_quiet()
    context.close()
