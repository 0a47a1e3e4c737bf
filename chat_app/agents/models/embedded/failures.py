"""The error of a source of model weights, after which the next source is tried."""

from __future__ import annotations

from urllib.parse import urlsplit


class SourceError(Exception):
    """A source can't provide the weights. The message is shown to people and contains no secret."""


def host_of(url: str) -> str:
    """Return the host of a URL, or the path of a local one; never its credentials."""
    parts = urlsplit(url)
    return parts.hostname or parts.path or "?"
