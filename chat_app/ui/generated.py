"""Replaces code that Reflex generates when it builds the page."""

from __future__ import annotations


def change(code: str, old: str, new: str, *, plugin: str) -> str:
    """Replace a piece of generated code; code that is changed already stays as it is.

    Args:
        code: The text of the file.
        old: The piece to replace.
        new: Its replacement.
        plugin: Name of the plugin, for the error.

    Raises:
        ValueError: The piece is missing, so that this release of Reflex needs another replacement.
    """
    if new in code:
        return code
    if old not in code:
        raise ValueError(f"{old.strip()!r} is not where it was: {plugin} must follow this release of Reflex.")
    return code.replace(old, new)
