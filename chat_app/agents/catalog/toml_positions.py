"""Finds the line on which something stands in a TOML file.

The standard library's parser tells no positions of what it read. But a header, or a key with its value, is a
TOML document of its own, so the lines of a valid file are gathered until they parse.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, cast

Position = tuple[str | int, ...]
"""Keys and indexes from the top of a document, e.g. `("agents", 0, "color")`."""

_CLOSING = ('"""', "'''", "]", "}")
"""What ends a value of several lines; without one of these on it, a line can't be the last."""


def positions(text: str) -> dict[Position, int]:
    """Return the line, from 1, on which each table and value of a valid TOML document begins.

    Args:
        text: The document, with lines that end in a line feed.
    """
    found: dict[Position, int] = {}
    counts: dict[Position, int] = {}
    table: Position = ()
    for line, statement, parsed in _statements(text):
        if statement.lstrip().startswith("["):
            table = _header(parsed, counts)
            found.setdefault(table, line)
            continue
        for position in _inside(parsed):
            found.setdefault((*table, *position), line)
    return found


def line_of(position: Position, lines: Mapping[Position, int]) -> int:
    """Return the line of a position, or of the nearest table around it; 1 when none of it is in the file."""
    for length in range(len(position), 0, -1):
        if position[:length] in lines:
            return lines[position[:length]]
    return 1


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    begin = 1
    gathered: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        gathered.append(line)
        if len(gathered) > 1 and not any(mark in line for mark in _CLOSING):
            continue
        statement = "\n".join(gathered)
        try:
            parsed = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if parsed:
            yield begin, statement, parsed
        begin, gathered = number + 1, []


def _header(parsed: dict[str, Any], counts: dict[Position, int]) -> Position:
    """Return the position of the table that a header opens; `counts` has the tables of each array so far."""
    parts: list[str | int] = []
    inside: Any = parsed
    while isinstance(inside, dict) and inside:
        name, inside = next(iter(cast("dict[str, Any]", inside).items()))
        parts.append(name)
        position = tuple(parts)
        if isinstance(inside, list):
            counts[position] = counts.get(position, 0) + 1
        if position in counts:
            parts.append(counts[position] - 1)
    return tuple(parts)


def _inside(value: Any) -> Iterator[Position]:
    items: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(value, dict):
        items = iter(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        items = iter(enumerate(cast("list[Any]", value)))
    for name, child in items:
        yield (name,)
        for position in _inside(child):
            yield (name, *position)
