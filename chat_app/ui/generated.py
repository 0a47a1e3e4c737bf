"""Changes of what Reflex generates when it builds the page."""

from __future__ import annotations


def change(code: str, old: str, new: str, *, plugin: str) -> str:
    """Replace a piece of generated code, once: what is changed already stays as it is.

    Args:
        code: The file.
        old: What is replaced.
        new: What it becomes.
        plugin: Who asks for it.

    Raises:
        ValueError: The piece is not there: this release of Reflex needs another change.
    """
    if new in code:
        return code
    if old not in code:
        raise ValueError(f"{old.strip()!r} is not where it was: {plugin} must follow this release of Reflex.")
    return code.replace(old, new)
