"""Derives the fields of an agent that the agents file leaves out from the agent's key."""

from __future__ import annotations

import zlib

COLORS = (
    "#c34b4b",
    "#9d6934",
    "#777728",
    "#547e2a",
    "#2d862d",
    "#2b8257",
    "#2a7e7e",
    "#3c78b4",
    "#6666cc",
    "#915bc8",
    "#bb3ebb",
    "#c24785",
)
"""Twelve hues. White text on each has a contrast of at least 4.5, which WCAG 2.2 AA asks for; each has at least 3
against a near-black page."""


def default_name(key: str) -> str:
    """Return the key as a name for people, such as `Code review` for `code-review`."""
    words = " ".join(key.replace("-", " ").split())
    return words[:1].upper() + words[1:]


def default_color(key: str) -> str:
    """Return a colour that depends on the key alone, so that it stays when other agents come and go."""
    return COLORS[zlib.crc32(key.encode()) % len(COLORS)]
