"""Checks and repairs text from outside, so that every database can store it."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, cast

from pydantic import JsonValue

from chat_app.domain.errors import Invalid

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_text(text: str, *, field: str) -> str:
    """Return text unchanged.

    Args:
        text: The text as received.
        field: The name of the field, for the error message.

    Raises:
        Invalid: It contains NUL or an unpaired surrogate, which databases reject.
    """
    if not is_storable(text):
        raise Invalid(
            f"{field} contains a character that can't be stored (NUL or an unpaired surrogate).",
            code="invalid_text",
            details={"field": field},
        )
    return text


def is_storable(text: str) -> bool:
    """Whether databases can store a text: it contains neither NUL nor an unpaired surrogate."""
    return _UNSTORABLE.search(text) is None


def is_storable_json(value: object) -> bool:
    """Whether databases can store every text in a value from JSON, including the names of its fields."""
    # Without recursion, because a client chooses the depth.
    waiting: list[Any] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if not is_storable(each):
                return False
        elif isinstance(each, dict):
            fields = cast("dict[Any, Any]", each)
            waiting += [*fields.keys(), *fields.values()]
        elif isinstance(each, list | tuple):
            waiting += cast("list[Any]", each)
    return True


def storable(text: str) -> str:
    """Return text of a model or a tool with surrogate pairs joined, and characters that can't be stored replaced."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def storable_json(value: JsonValue) -> JsonValue:
    """Return a JSON value of a model with everything in it that can't be stored replaced."""
    match value:
        case str():
            return storable(value)
        case float() if not isfinite(value):
            # JSON has no notation for infinity and NaN, though Python reads and writes them.
            return str(value)
        case list():
            return [storable_json(item) for item in value]
        case dict():
            return {storable(name): storable_json(item) for name, item in value.items()}
        case _:
            return value
