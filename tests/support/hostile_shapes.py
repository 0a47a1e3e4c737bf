"""Texts that are cheap to write and costly to draw: patterns repeated up to a length.

The patterns are in `hostile_shapes.json`, which the unit tests of the page's JavaScript read too. A pattern is a list
of parts: a text that occurs `once`, is repeated (`fill`), or is repeated once, twice, three times and so on (`grow`),
each time with a tail.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import cast

Part = list[str]

LENGTH = 98_000
"""Characters of a hostile message, just below the longest that a person may send."""


@cache
def read_shapes() -> dict[str, list[Part]]:
    """Return the patterns by name."""
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    return {cast("str", shape["name"]): cast("list[Part]", shape["parts"]) for shape in json.loads(text)}


def hostile_text(name: str, length: int = LENGTH) -> str:
    """Return the text of a pattern.

    Args:
        name: The name of the pattern.
        length: Characters; parts that occur once may exceed it.
    """
    parts = read_shapes()[name]
    once = sum(len(part[0]) for part in parts if part[1] == "once")
    repeated = sum(part[1] != "once" for part in parts)
    share = (length - once) // repeated
    return "".join(_repeat(part, share) for part in parts)


def _repeat(part: Part, share: int) -> str:
    text, mode = part[:2]
    if mode == "once":
        return text
    if mode == "fill":
        return text * max(1, share // len(text))
    tail = part[2] if len(part) > 2 else " "
    grown: list[str] = []
    left = share
    while (step := text * (len(grown) + 1) + tail) and len(step) <= left:
        grown.append(step)
        left -= len(step)
    return "".join(grown)
