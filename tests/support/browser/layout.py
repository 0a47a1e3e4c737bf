"""Checks of layout: the size of touch targets, and no horizontal scrolling."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.support.browser.pages import ChatPage

MIN_TARGET_PIXELS = 44
"""Minimum width and height of a touch target.

Source: WCAG 2.2, success criterion 2.5.5.
"""


def assert_touch_targets(targets: Locator) -> None:
    """Check that every visible target is large enough for a finger."""
    small: list[str] = []
    for target in targets.all():
        box = target.bounding_box()
        if box is not None and min(box["width"], box["height"]) < MIN_TARGET_PIXELS - 0.5:
            small.append(f"{target.evaluate('(each) => each.outerHTML.slice(0, 90)')}: {box}")
    assert small == []


def assert_no_horizontal_scroll(chat: ChatPage) -> None:
    """Check that neither the page nor its transcript scrolls sideways."""
    overflow = "document.scrollingElement.scrollWidth - innerWidth"
    assert chat.page.evaluate(overflow) <= 0
    assert chat.transcript.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0
