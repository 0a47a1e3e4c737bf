"""An agent's or a person's mark: the first letter of the name on their colour."""

from __future__ import annotations

from typing import Any

import reflex as rx


def avatar(*, initial: Any, color: Any, classes: str = "av") -> rx.Component:
    """Draw the mark; the name stands beside it, so it says nothing to a screen reader.

    Args:
        initial: One letter, text or a var.
        color: A CSS colour, text or a var.
        classes: `av`, and what else sets its size.
    """
    return rx.el.span(initial, class_name=classes, style={"background": color}, custom_attrs={"aria-hidden": "true"})
