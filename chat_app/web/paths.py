"""Tells the addresses of the REST API that need a login from those that do not."""

from __future__ import annotations


def is_api(path: str) -> bool:
    """Whether a path belongs to the REST API."""
    return path == "/v1" or path.startswith("/v1/")


def is_private_api(path: str) -> bool:
    """Whether a path belongs to the part of the REST API that needs a login."""
    return is_api(path) and not (path == "/v1/auth" or path.startswith("/v1/auth/"))
