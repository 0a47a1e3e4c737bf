"""The icons that views draw; their paths are in `assets/lib/icon.jsx`."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from chat_app.ui.components.local import LocalComponent

IconName = Literal["back", "check", "filter", "gear", "plus"]


class _Icon(LocalComponent):
    library = "$/public/lib/icon.jsx"
    tag = "Icon"

    name: rx.Var[str]


def icon(name: IconName) -> rx.Component:
    """Draw an icon; it says nothing to a screen reader."""
    return _Icon.create(name=name)
