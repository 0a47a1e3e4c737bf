"""Style sheets, the head of the document, and the components around every page."""

from __future__ import annotations

from collections.abc import Callable

import reflex as rx
from reflex.app import default_error_boundary  # pyright: ignore[reportUnknownVariableType]

from chat_app.ui.components.frame import BackButton, LayoutNotices
from chat_app.ui.typed import el

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
"""Colours of the browser's frame by colour mode; equal to the token `--bg`, to which a meta element can't refer."""

MAIN = "main"
"""The id of the conversation's landmark, to which the skip link leads and which an open drawer makes inert."""


def head_components() -> list[rx.Component]:
    """Return the elements of the document's head; the viewport shrinks for a phone's keyboard."""
    return [
        el.meta(
            name="viewport",
            content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content",
        ),
        *(
            el.meta(name="theme-color", content=color, custom_attrs={"media": f"(prefers-color-scheme: {mode})"})
            for mode, color in FRAME.items()
        ),
        el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
        el.link(rel="icon", href="/icons/favicon.svg", type="image/svg+xml"),
        el.link(rel="apple-touch-icon", href="/icons/apple-touch-icon.png"),
    ]


def app_wraps() -> dict[tuple[int, str], Callable[[bool], rx.Component | None]]:
    """Return the components around every page, in place of Reflex's own with their connection messages."""
    return {
        (55, "ErrorBoundary"): lambda _stateful: default_error_boundary(),
        (5, "EarlyListeners"): lambda _stateful: _early_listeners(),
    }


def _early_listeners() -> rx.Component:
    return rx.fragment(BackButton.create(), LayoutNotices.create())  # pyright: ignore[reportUnknownMemberType]
