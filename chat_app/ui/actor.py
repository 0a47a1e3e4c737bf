"""Who uses a tab: today the one owner of an installation without a login."""

from __future__ import annotations

from chat_app.domain.actor import LOCAL_OWNER, Actor


def actor() -> Actor:
    """Return the actor of an event; it never comes from anything that a client can set."""
    return LOCAL_OWNER
