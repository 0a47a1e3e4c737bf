"""What a tab of the settings declares, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from chat_app.ui.viewer.state import ViewerState

Audience = Literal["everyone", "signed in", "managers"]
"""Who sees a tab; managers are owners and admins, the local owner among them."""


@dataclass(frozen=True, kw_only=True)
class SettingsTab:
    """A tab of the settings.

    Args:
        route: The path of its page.
        title: Its title, in the menu as well.
        about: What it is about, which decides its place in the menu.
        audience: Who sees links to it; its service checks who may use it.
        view: Returns its components.
        load: The event that fills it.
        makes_links: Whether the secrets that it makes are paths of one-time links.
    """

    route: str
    title: str
    about: Literal["person", "workspace"]
    audience: Audience
    view: Callable[[], rx.Component]
    load: Any
    makes_links: bool = False


def only_for(audience: Audience, component: rx.Component) -> rx.Component:
    """Return a component that only its audience sees."""
    if audience == "everyone":
        return component
    return rx.cond(ViewerState.signed_in if audience == "signed in" else ViewerState.manages, component)
