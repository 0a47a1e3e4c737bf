"""What the whole page looks like: its style sheets, the head of its document, and what is around every page."""

from __future__ import annotations

from collections.abc import Callable

import reflex as rx
from reflex.app import default_error_boundary

from chat_app.ui.components.frame import BackButton, LayoutNotices

STYLESHEETS = [
    f"/styles/{name}.css"
    for name in (
        *("tokens", "base", "controls", "forms", "overlays"),
        *("frame", "sidebar", "header", "sharing", "welcome"),
        *("transcript", "transcript-rows", "markdown", "composer"),
        *("auth", "settings"),
    )
]
"""Shared sheets first, then one per region; the build bundles them into one file in this order."""

FRAME = {"light": "#fbfaf8", "dark": "#151412"}
"""Colours of the browser's frame by colour mode: the token `--bg`, which a meta element can't refer to."""

MAIN = "main"
"""The id of the conversation's landmark: the skip link leads to it, and an open drawer makes it inert."""


def head_components() -> list[rx.Component]:
    """Elements of the document's head; the viewport shrinks for a phone's keyboard instead of being covered."""
    return [
        rx.el.meta(
            name="viewport",
            content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content",
        ),
        *(
            rx.el.meta(name="theme-color", content=color, custom_attrs={"media": f"(prefers-color-scheme: {mode})"})
            for mode, color in FRAME.items()
        ),
        rx.el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
        rx.el.link(rel="icon", href="/icons/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/icons/apple-touch-icon.png"),
    ]


def app_wraps() -> dict[tuple[int, str], Callable[[bool], rx.Component | None]]:
    """Return what is around every page, in place of Reflex's own: its connection messages are not among it."""
    return {
        (55, "ErrorBoundary"): lambda _stateful: default_error_boundary(),
        (5, "EarlyListeners"): lambda _stateful: rx.fragment(BackButton.create(), LayoutNotices.create()),
    }
