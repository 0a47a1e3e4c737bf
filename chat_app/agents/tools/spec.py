"""What the application knows of a tool besides the function that a model calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """A tool that an agent can be given by name."""

    function: Callable[..., Awaitable[str]]
    """Its name, docstring and annotations are what the model reads. It raises a `ChatAppError` to say why it
    has no result; the model reads that and goes on."""
    title: str
    """What the call did, in the past tense, e.g. `Fetched`; the subject is shown after it."""
    subject: str
    """The argument that says what the call was about, e.g. `url`."""
    icon: str
    """A name of the Lucide icon set."""
    idempotent: bool
    """Whether a call that a crash cut in its middle may run again without a second effect."""

    @property
    def name(self) -> str:
        """The name by which agents and models call the tool."""
        return self.function.__name__
