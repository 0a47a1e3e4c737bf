"""Mentions: whether a message addresses an agent by `@` and its key."""

from __future__ import annotations

import re


def mentions(text: str, key: str) -> bool:
    """Whether a message contains `@` and an agent's key as a separate word, ignoring case.

    A word character before `@` rules it out, as in an e-mail address, and so does a longer key that starts with this
    one. Mentions inside code count as well.

    Args:
        text: Markdown of a person's message.
        key: The agent's key, which may contain hyphens and underscores.
    """
    return re.search(rf"(?<!\w)@{re.escape(key)}(?!-*\w)", text, re.IGNORECASE) is not None
