"""Typed forms of what Reflex leaves partly untyped."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeVar

import reflex as rx
from reflex_base.vars.base import ComputedVar

StateT = TypeVar("StateT", bound=rx.State)
ValueT = TypeVar("ValueT")

el: Any = rx.el
"""HTML elements, whose props Reflex leaves partly untyped."""

Events = AsyncGenerator[Any, None]
"""What an event handler yields: further events, or None to send the state as it is so far."""


def computed(getter: Callable[[StateT], ValueT]) -> ComputedVar[ValueT]:
    """Make a method a var that follows from the other vars of its state."""
    return rx.var(getter)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportArgumentType, reportCallIssue]
