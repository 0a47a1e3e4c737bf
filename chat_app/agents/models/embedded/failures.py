"""Why one source of a model's weights was given up; the next one is tried then."""

from __future__ import annotations

from urllib.parse import urlsplit


class SourceError(Exception):
    """A source can't give the weights; its text is for a person and holds no secret."""


def host_of(url: str) -> str:
    """Return the server of a URL without credentials, or the path of a local one."""
    parts = urlsplit(url)
    return parts.hostname or parts.path or "?"
