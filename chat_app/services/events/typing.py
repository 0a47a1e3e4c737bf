"""What a person lets the others of a session know while they are at it."""

from __future__ import annotations

from chat_app.domain.actor import Actor
from chat_app.services import access
from chat_app.services.runtime import current


async def report_typing(actor: Actor, session_id: str) -> None:
    """Tell who follows the session that the actor writes a message; it has to be said again every few seconds.

    Raises:
        NotFound: There is no such session for the actor.
        Forbidden: The actor may only read.
    """
    runtime = current()
    async with runtime.db.read() as tx:
        session = await access.require_askable(tx, actor, session_id)
    runtime.people.type(session, actor)
