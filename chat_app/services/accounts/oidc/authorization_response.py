"""What comes back from a provider, and for how long it may. Apart, so that no other sign-in loads the protocol."""

from __future__ import annotations

from dataclasses import dataclass

PENDING_SECONDS = 600
"""How long somebody may take to sign in at the provider."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the provider sent a browser back with."""

    code: str
    state: str
    error: str
    issuer: str | None
