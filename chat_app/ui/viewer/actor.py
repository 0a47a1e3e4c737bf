"""The actor of an event, which follows from its connection and never from anything that the client sends."""

from __future__ import annotations

from reflex_base.event.context import EventContext

from chat_app.domain.actor import Actor
from chat_app.services.runtime import current
from chat_app.web.authentication import CONNECTION_HEADER


def actor() -> Actor:
    """Return the actor of the event that is being handled.

    Reflex puts the headers of the connection into every event, and overwrites headers that the event contains.

    Raises:
        Unauthenticated: The login has ended since the connection was opened.
    """
    headers = EventContext.get().router_data.get("headers", {})
    return current().entrances.actor_of(headers.get(CONNECTION_HEADER, ""))
