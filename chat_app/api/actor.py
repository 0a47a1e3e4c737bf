"""Who calls: today the one owner of an installation without a login."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chat_app.domain.actor import LOCAL_OWNER, Actor
from chat_app.services import limits


async def current_actor() -> Actor:
    """Return the actor of a request, which counts for their limits."""
    await limits.check_request(LOCAL_OWNER)
    return LOCAL_OWNER


CurrentActor = Annotated[Actor, Depends(current_actor)]
