"""Finds the lines of tables and values in a TOML file.

The standard library's parser reports no positions. But each header, and each key with its value, is a valid TOML
document, so lines are collected until they parse.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

Position = tuple[str | int, ...]
"""Keys and indexes from the top of a document, e.g. `("agents", 0, "color")`."""

_CLOSING = ('"""', "'''", "]", "}")
"""The last line of a value of several lines has one of these."""


def positions(text: str) -> dict[Position, int]:
    """Return the line, from 1, on which each table and value of a valid TOML document begins.

    Args:
        text: The document, with lines that end in a line feed.
    """
    lines: dict[Position, int] = {}
    array_sizes: dict[Position, int] = {}
    table: Position = ()
    for statement in _statements(text):
        if statement.text.lstrip().startswith("["):
            table = _header_position(statement.parsed, array_sizes)
            lines.setdefault(table, statement.line)
            continue
        for position in _nested_positions(statement.parsed):
            lines.setdefault((*table, *position), statement.line)
    return lines


def line_of(position: Position, lines: Mapping[Position, int]) -> int:
    """Return the line of a position, or of the nearest table around it; 1 when none of it is in the file."""
    for length in range(len(position), 0, -1):
        if position[:length] in lines:
            return lines[position[:length]]
    return 1


@dataclass(frozen=True, kw_only=True)
class _Statement:
    """A header, or a key with its value."""

    line: int
    """The number of its first line, from 1."""
    text: str
    parsed: dict[str, Any]


def _statements(text: str) -> Iterator[_Statement]:
    first_line = 1
    collected: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        collected.append(line)
        if len(collected) > 1 and not any(mark in line for mark in _CLOSING):
            continue
        statement = "\n".join(collected)
        try:
            parsed = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if parsed:
            yield _Statement(line=first_line, text=statement, parsed=parsed)
        first_line, collected = number + 1, []


def _header_position(parsed: dict[str, Any], array_sizes: dict[Position, int]) -> Position:
    """Return the position of the table that a header opens.

    Args:
        parsed: The header as a document.
        array_sizes: The number of tables of each array until now; it is updated.
    """
    parts: list[str | int] = []
    inside: Any = parsed
    while isinstance(inside, dict) and inside:
        name, inside = next(iter(cast("dict[str, Any]", inside).items()))
        parts.append(name)
        position = tuple(parts)
        if isinstance(inside, list):
            array_sizes[position] = array_sizes.get(position, 0) + 1
        if position in array_sizes:
            parts.append(array_sizes[position] - 1)
    return tuple(parts)


def _nested_positions(value: Any) -> Iterator[Position]:
    items: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(value, dict):
        items = iter(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        items = iter(enumerate(cast("list[Any]", value)))
    for name, child in items:
        yield (name,)
        for position in _nested_positions(child):
            yield (name, *position)
