"""Who calls: today the one owner of an installation without a login."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chat_app.domain.actor import LOCAL_OWNER, Actor


def current_actor() -> Actor:
    """Return the actor of a request."""
    return LOCAL_OWNER


CurrentActor = Annotated[Actor, Depends(current_actor)]
