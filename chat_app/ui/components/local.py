"""Base classes of the components whose code is in `assets/`."""

from __future__ import annotations

from typing import Any

import reflex as rx

ALERT_DIALOG = "@radix-ui/react-alert-dialog@1.2.1"
DIALOG = "@radix-ui/react-dialog@1.3.1"
VIRTUA = "virtua@0.54.2"


class LocalComponent(rx.Component):
    """A component from `assets/`; a subclass names its file and its tag."""

    @classmethod
    def create(cls, *children: Any, **props: Any) -> rx.Component:
        """Return the component with its children and props, whose types Reflex leaves open."""
        return super().create(*children, **props)  # pyright: ignore[reportUnknownMemberType]


class ShellComponent(LocalComponent):
    """A component from `assets/` that shows texts."""

    labels: rx.Var[dict[str, Any]]
    """The texts of its section of the catalogue."""
