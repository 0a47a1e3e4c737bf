"""Text from outside: what can be stored on every database, and nothing else."""

from __future__ import annotations

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
    """Return text of a model or a tool with what can't be stored replaced."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
