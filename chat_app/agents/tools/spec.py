"""Describes a tool once: the function that a model calls, and how the page shows a call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """A tool that an agent can be given by name."""

    function: Callable[..., Awaitable[str]]
    """The model reads its name, docstring and annotations. It raises a `ChatAppError` when it has no result; the
    model reads the error's message and continues."""
    title: str
    """Describes a finished call, in the past tense, such as `Read`; the page shows the subject after it."""
    running_title: str
    """Describes a call that is running, such as `Reading`."""
    subject: str
    """The name of the argument that a call is about, such as `url`."""
    icon: str
    """The name of an icon in the page's icon set (`assets/`)."""
    idempotent: bool
    """Whether a call may run twice without a second effect outside of the program. A call that a crash interrupted
    runs again, so a tool that is not idempotent must use `(turn id, call id)` as an idempotency key."""

    @property
    def name(self) -> str:
        """The name by which agents and models call the tool."""
        return self.function.__name__
