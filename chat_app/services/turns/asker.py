"""The person who asked for a turn: whether they may still have it answered."""

from __future__ import annotations

from chat_app.db import accounts, members, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.errors import Forbidden, NotFound
from chat_app.domain.turns import Turn
from chat_app.services import access
from chat_app.services.runtime import current
from chat_app.services.turns.model_choice import may_use_snapshot


async def why_not_for_asker(tx: Transaction, turn: Turn) -> str | None:
    """Return why the person who asked for a turn may not have it answered now, or None if they may.

    These are the checks of `send_message` and `retry_turn`, with the person's present role and access.

    Args:
        tx: The transaction that starts the turn.
        turn: The turn.

    Returns:
        A clause that begins with the person's name, without a full stop.
    """
    asker_id = await turns.asker_of(tx, turn.id)
    member = await members.get(tx, turn.workspace_id, asker_id) if asker_id is not None else None
    if asker_id is None or member is None:
        name = (await accounts.names(tx, [asker_id])).get(asker_id) if asker_id is not None else None
        return no_longer_member(name or "its author")
    asker = Actor(
        user_id=asker_id,
        workspace_id=turn.workspace_id,
        role=member.role,
        name=member.account.name,
        email=member.account.email,
    )
    return await _why_not(tx, asker, turn)


async def _why_not(tx: Transaction, asker: Actor, turn: Turn) -> str | None:
    try:
        session = await access.require_readable(tx, asker, turn.session_id)
    except NotFound:
        return f"{asker.name} no longer has access to this session"
    try:
        access.check_may_write(asker)
    except Forbidden:
        return only_reads(asker.name)
    agent = current().agents.find(session.agent_key)
    try:
        if agent is not None:
            access.check_may_ask(asker, agent)
    except Forbidden:
        return f"{asker.name} may no longer write to this agent"
    if not may_use_snapshot(asker, await turns.agent_of(tx, turn.id)):
        return f"{asker.name} may no longer use the model {turn.model}"
    return None


def no_longer_member(name: str) -> str:
    """Return the reason for a person who was removed from the workspace, or left it."""
    return f"{name} is no longer a member of this workspace"


def only_reads(name: str) -> str:
    """Return the reason for a person who became a viewer."""
    return f"{name} can only read in this workspace now"
