"""Who uses a tab: decided where its event connection was let in, never by anything that a client can set."""

from __future__ import annotations

from reflex_base.event.context import EventContext

from chat_app.domain.actor import Actor
from chat_app.services.runtime import current
from chat_app.web.authentication import CONNECTION_HEADER


def actor() -> Actor:
    """Return the actor of the event that is being handled.

    Reflex puts the headers of the connection into every event, in place of any that the event itself brought.

    Raises:
        Unauthenticated: The login has ended since the connection was made.
    """
    headers = EventContext.get().router_data.get("headers", {})
    return current().connections.actor_of(headers.get(CONNECTION_HEADER, ""))
