"""Round marks of agents and people: the first letter of the name on a colour.

The name stands beside the mark, which says nothing to a screen reader.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from chat_app.ui.components.local import LocalComponent
from chat_app.ui.typed import el


class PersonAvatar(LocalComponent):
    """A person's mark; letter and colour follow from name and id."""

    library = "$/public/lib/avatar.jsx"
    tag = "PersonAvatar"

    name: rx.Var[str]


def initial_of(name: str) -> str:
    """Return the letter on an agent's mark."""
    return name[:1].upper()


def avatar(*, initial: Any, color: Any, classes: str = "av") -> rx.Component:
    """Draw an agent's mark.

    Args:
        initial: One letter, text or a var.
        color: A CSS colour, text or a var.
        classes: `av`, and what else sets its size.
    """
    return el.span(initial, class_name=classes, style={"background": color}, custom_attrs={"aria-hidden": "true"})
