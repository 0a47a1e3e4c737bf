"""What the composition root needs to know of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the app.

    Args:
        route: Its path.
        title: Its title.
        view: Returns its components.
        on_load: The events that fill it.
    """

    route: str
    title: str
    view: Callable[[], rx.Component]
    on_load: tuple[Any, ...] = ()
