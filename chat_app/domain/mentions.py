"""Mentions: whether a message is meant for an agent."""

from __future__ import annotations

import re


def mentions(text: str, key: str) -> bool:
    """Whether a message mentions an agent: `@` and its key, as a word of its own, letter case aside.

    What comes before `@` may not be part of a word, as it is in an e-mail address; and the key of another agent that
    begins with this one's is not this one. Code is no exception: who writes a mention there wants an answer as well.

    Args:
        text: Markdown that a person wrote.
        key: The agent's key; it may hold hyphens and underscores.
    """
    return re.search(rf"(?<!\w)@{re.escape(key)}(?!-*\w)", text, re.IGNORECASE) is not None
