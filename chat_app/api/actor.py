"""The actor of a request, as a dependency of the routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from chat_app.domain.actor import Actor
from chat_app.domain.errors import Unauthenticated
from chat_app.services.accounts.authentication import require_signed_in
from chat_app.services.accounts.connections import SIGNED_OUT, Connection
from chat_app.services.limits.checks import check_request
from chat_app.web.authentication import CONNECTION_KEY, find_actor


async def current_actor(request: Request) -> Actor:
    """Return the actor of a request, and count the request for their limits.

    The middleware has authenticated the actor; without the middleware this function does so.

    Raises:
        Unauthenticated: Nobody is signed in, or the login has just ended.
        TooMany: The actor or their workspace has made too many requests.
    """
    connection: Connection | None = request.scope.get(CONNECTION_KEY)
    actor = connection.actor if connection is not None else require_signed_in(await find_actor(request.scope))
    await check_request(actor)
    if connection is not None and connection.ended:
        raise Unauthenticated(SIGNED_OUT)
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
