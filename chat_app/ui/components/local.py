"""What our own client-side components, the files under assets/, have in common."""

from __future__ import annotations

from typing import Any

import reflex as rx

ALERT_DIALOG = "@radix-ui/react-alert-dialog@1.2.1"
DIALOG = "@radix-ui/react-dialog@1.3.1"
VIRTUA = "virtua@0.54.2"


class ShellComponent(rx.Component):
    """A component from assets/; a subclass names its file and its tag."""

    labels: rx.Var[dict[str, Any]]
    """The texts of its section of the catalogue."""
