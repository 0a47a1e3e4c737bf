"""Says how the page shows a tool call."""

from __future__ import annotations

from dataclasses import dataclass

from chat_app.agents.tools import TOOLS

GENERIC_ICON = "tool"
"""The icon of a tool that this installation does not have."""


@dataclass(frozen=True, kw_only=True)
class ToolDisplay:
    """How the calls of one tool are shown."""

    title: str
    """Of a finished call."""
    running_title: str
    icon: str
    """The name of an icon in the page's icon set."""
    subject: str | None
    """The name of the argument that a call is about; None when it is not known."""


def tool_display(name: str) -> ToolDisplay:
    """Return how the calls of a tool are shown.

    Args:
        name: The tool's name. A stored session may name a tool that no longer exists; its calls are shown by name.
    """
    spec = TOOLS.get(name)
    if spec is None:
        return ToolDisplay(title=name, running_title=name, icon=GENERIC_ICON, subject=None)
    return ToolDisplay(title=spec.title, running_title=spec.running_title, icon=spec.icon, subject=spec.subject)
