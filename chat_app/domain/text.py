"""Checks and repairs text from outside, so that every database can store it."""

from __future__ import annotations

from math import isfinite

from pydantic import JsonValue

from chat_app.domain.errors import Invalid


def check_text(text: str, *, field: str) -> str:
    """Return text unchanged.

    Args:
        text: The text as received.
        field: The name of the field, for the error message.

    Raises:
        Invalid: It contains NUL or an unpaired surrogate, which databases reject.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid(
            f"{field} contains a character that can't be stored (NUL or an unpaired surrogate).",
            code="invalid_text",
            details={"field": field},
        )
    return text


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
