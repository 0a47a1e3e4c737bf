"""Reports that a person is typing."""

from __future__ import annotations

from chat_app.domain.actor import Actor
from chat_app.services import access
from chat_app.services.runtime import current


async def report_typing(actor: Actor, session_id: str) -> None:
    """Tell the followers of a session that the actor is typing. It must be repeated every few seconds.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read in this workspace, or may not write to this agent.
    """
    runtime = current()
    async with runtime.db.read() as tx:
        session = await access.require_askable(tx, actor, session_id)
    runtime.presence.start_typing(session, actor)
