"""The icons that views draw: strokes on a grid of 18 in the colour of the text."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.typed import el

PATHS = {
    "back": "M11 4L6 9l5 5",
    "check": "M4 9.5l3.2 3L14 6",
    "filter": "M3 5h12M5.5 9h7M8 13h2",
    "gear": "M11.3 9a2.3 2.3 0 11-4.6 0 2.3 2.3 0 014.6 0M9 3v1.8M9 13.2V15M3 9h1.8M13.2 9H15"
    "M4.8 4.8l1.2 1.2M12 12l1.2 1.2M13.2 4.8L12 6M6 12l-1.2 1.2",
    "plus": "M9 4v10M4 9h10",
}


def icon(name: str) -> rx.Component:
    """Draw an icon; it says nothing to a screen reader."""
    return el.svg(el.path(d=PATHS[name]), view_box="0 0 18 18", custom_attrs={"aria-hidden": "true"})
