"""Text from outside: what can be stored on every database, and nothing else."""

from __future__ import annotations

from math import isfinite

from pydantic import JsonValue

from chat_app.domain.errors import Invalid


def check_text(text: str, *, field: str) -> str:
    """Return text unchanged.

    Args:
        text: The text as it came in.
        field: The name of the field, for the message.

    Raises:
        Invalid: It holds NUL or half of a surrogate pair, which databases refuse.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid(
            f"{field} holds a character that is not text (NUL or half of a surrogate pair).",
            code="invalid_text",
            details={"field": field},
        )
    return text


def storable(text: str) -> str:
    """Return text of a model or a tool with what can't be stored replaced, and halves of surrogate pairs joined."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def storable_json(value: JsonValue) -> JsonValue:
    """Return a JSON value of a model with what can't be stored replaced, in every place of it."""
    match value:
        case str():
            return storable(value)
        case float() if not isfinite(value):
            # Python reads and writes it, JSON has no word for it.
            return str(value)
        case list():
            return [storable_json(item) for item in value]
        case dict():
            return {storable(name): storable_json(item) for name, item in value.items()}
        case _:
            return value
