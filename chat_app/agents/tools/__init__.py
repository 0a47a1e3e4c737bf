"""The tools that an agent can be given, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chat_app.agents.tools import calculator, clock, fetch_url
from chat_app.agents.tools.spec import ToolSpec

__all__ = ["TOOLS", "ToolSpec"]

TOOLS: Mapping[str, ToolSpec] = MappingProxyType(
    {spec.name: spec for spec in (clock.SPEC, calculator.SPEC, fetch_url.SPEC)}
)
"""Every tool of this installation by its name. A new tool is a module of this package with a `SPEC`, listed here."""
