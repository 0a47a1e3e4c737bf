"""Who calls, as the front has decided it or, without the front, as the request shows it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from chat_app.domain.actor import Actor
from chat_app.services.accounts.authentication import check_signed_in
from chat_app.services.accounts.connections import Connection
from chat_app.services.limits.checks import check_request
from chat_app.web.authentication import ENTRANCE, find_actor


async def current_actor(request: Request) -> Actor:
    """Return the actor of a request, which counts for their limits.

    Raises:
        Unauthenticated: Nobody is signed in.
        TooMany: They have made too many requests.
    """
    entrance: Connection | None = request.scope.get(ENTRANCE)
    actor = entrance.actor if entrance is not None else check_signed_in(await find_actor(request.scope))
    await check_request(actor)
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
