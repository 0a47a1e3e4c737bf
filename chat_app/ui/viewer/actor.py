"""The actor of an event, which follows from its connection and never from anything that the client sends."""

from __future__ import annotations

from reflex_base.constants import RouteVar
from reflex_base.event.context import EventContext

from chat_app.domain.actor import Actor
from chat_app.services.runtime import current
from chat_app.ui.tab_tracking import connection_of_socket


def actor() -> Actor:
    """Return the actor of the event that is being handled.

    Reflex puts the id of the websocket into every event, and overwrites one that the event contains.

    Raises:
        Unauthenticated: The login has ended since the connection was opened.
    """
    connection = connection_of_socket(EventContext.get().router_data.get(RouteVar.SESSION_ID, ""))
    return current().connections.actor_of(connection.id if connection is not None else "")
