"""The tools that an agent can be given, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chat_app.agents.tools.calculator import calculator
from chat_app.agents.tools.clock import clock
from chat_app.agents.tools.page_fetcher import fetch_url
from chat_app.agents.tools.spec import ToolSpec

__all__ = ["TOOLS", "ToolSpec"]

_SPECS = (
    ToolSpec(function=clock, title="Looked at the clock", subject="timezone", icon="clock", idempotent=True),
    ToolSpec(function=calculator, title="Calculated", subject="expression", icon="calculator", idempotent=True),
    ToolSpec(function=fetch_url, title="Fetched", subject="url", icon="globe", idempotent=True),
)

TOOLS: Mapping[str, ToolSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
"""Every tool of this installation by the name that agents use."""
