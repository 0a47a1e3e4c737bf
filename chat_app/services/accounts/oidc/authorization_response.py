"""The provider's authorization response. In a module of its own, so that importing it does not load the protocol."""

from __future__ import annotations

from dataclasses import dataclass

PENDING_SECONDS = 600
"""Seconds that a person may take to sign in at the provider."""


@dataclass(frozen=True, kw_only=True)
class AuthorizationResponse:
    """The parameters with which the provider redirects a browser back (OpenID Connect Core, 3.1.2.5)."""

    code: str
    state: str
    error: str
    issuer: str | None
    """The issuer of the code, if the provider sends it (RFC 9207)."""
