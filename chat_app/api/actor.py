"""Who calls, as the front has decided it or, without the front, as the request shows it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from chat_app.domain.actor import Actor
from chat_app.services.entrances import Entrance
from chat_app.services.logins import check_signed_in
from chat_app.web.entrance import ENTRANCE, find_actor


async def current_actor(request: Request) -> Actor:
    """Return the actor of a request.

    Raises:
        Unauthenticated: Nobody is signed in.
    """
    entrance: Entrance | None = request.scope.get(ENTRANCE)
    return entrance.actor if entrance is not None else check_signed_in(await find_actor(request.scope))


CurrentActor = Annotated[Actor, Depends(current_actor)]
