"""Access is decided here and nowhere else.

What an actor may not see does not exist for them: `NotFound`. What they may see but not do is `Forbidden`.
"""

from __future__ import annotations

from chat_app.db import participants, sessions
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.agents import Agent, names
from chat_app.domain.errors import Forbidden, NotFound
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.services.runtime import current


def may_read_agent(actor: Actor, agent: Agent) -> bool:
    """Whether the actor may see the agent and what it says to the whole workspace."""
    return _manages(actor) or names(agent.readers, role=actor.role, email=actor.email)


def may_write_agent(actor: Actor, agent: Agent) -> bool:
    """Whether the actor may ask the agent something; who may not see it may not."""
    writes = _manages(actor) or names(agent.writers, role=actor.role, email=actor.email)
    return writes and may_read_agent(actor, agent)


def may_read(actor: Actor, session: ChatSession, *, participates: bool) -> bool:
    """Whether the actor may read the session: it is theirs, their group's, or their workspace's.

    Args:
        actor: Who wants to read.
        session: The session.
        participates: Whether the actor is one of its participants; only a group's decide by it.
    """
    if session.workspace_id != actor.workspace_id:
        return False
    if session.creator_id == actor.user_id:
        return True
    match session.visibility:
        case Visibility.PRIVATE:
            return False
        case Visibility.GROUP:
            return participates
        case Visibility.WORKSPACE:
            return may_read_sessions_of(actor, session.agent_key)


def may_read_sessions_of(actor: Actor, agent_key: str) -> bool:
    """Whether the actor may read what an agent says to the whole workspace; of one that is gone, everybody may."""
    agent = current().agents.find(agent_key)
    return agent is None or may_read_agent(actor, agent)


def readable_sessions(actor: Actor) -> sessions.Condition:
    """Return `may_read` as a condition on the rows of a list."""
    hidden = [agent.key for agent in current().agents.list() if not may_read_agent(actor, agent)]
    return sessions.readable_by(actor.workspace_id, actor.user_id, hidden_agents=hidden)


async def require_readable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return the session that the actor may read.

    Raises:
        NotFound: There is no such session, or the actor may not see it.
    """
    session = await sessions.get(tx, session_id)
    if session is None or not await _may_read_now(tx, actor, session):
        raise _no_session()
    return session


async def require_writable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return the session in which the actor may write and which they may change.

    Raises:
        NotFound: There is no such session, or the actor may not see it.
        Forbidden: The actor may only read.
    """
    session = await require_readable(tx, actor, session_id)
    check_may_write(actor)
    return session


async def require_askable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return the session in which the actor may write to its agent; whether the agent is still there is not asked.

    Raises:
        NotFound: There is no such session, or the actor may not see it.
        Forbidden: The actor may only read, here or what this agent says.
    """
    session = await require_writable(tx, actor, session_id)
    agent = current().agents.find(session.agent_key)
    if agent is not None:
        check_may_ask(actor, agent)
    return session


async def require_participants_visible(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return the session whose participants the actor may see: one that they may read, or manage for others.

    Raises:
        NotFound: There is no such session, or the actor may not see it.
    """
    session = await sessions.get(tx, session_id)
    if session is None or session.workspace_id != actor.workspace_id:
        raise _no_session()
    manages = _manages(actor) and session.visibility != Visibility.PRIVATE
    if not manages and not await _may_read_now(tx, actor, session):
        raise _no_session()
    return session


def check_may_manage(actor: Actor, session: ChatSession) -> None:
    """Check that the actor may say who else has a session that they see, and whether it goes on existing.

    What a participant is called grants nothing.

    Raises:
        Forbidden: The actor neither made it nor is an owner or admin, or may only read.
    """
    check_may_write(actor)
    if session.creator_id != actor.user_id and not _manages(actor):
        raise Forbidden("Only who started this conversation, or an owner or admin of the workspace, can do this.")


def check_may_ask(actor: Actor, agent: Agent) -> None:
    """Check that the actor may ask an agent something.

    Raises:
        Forbidden: The actor is not one of its writers.
    """
    if not may_write_agent(actor, agent):
        raise Forbidden(
            f"You may not write to {agent.name}. An owner or admin can add you to its writers in the agents file."
        )


def check_may_write(actor: Actor) -> None:
    """Check that the actor may write in their workspace at all.

    Raises:
        Forbidden: The actor, or the token by which they came in, may only read.
    """
    if actor.role == Role.VIEWER:
        raise Forbidden("You may read here but not write. An owner or admin can change your role.")
    check_scope(actor, Scope.WRITE)


def check_may_manage_workspace(actor: Actor) -> None:
    """Check that the actor manages their workspace: its members, its audit log, its keys, its name.

    Raises:
        Forbidden: They are neither owner nor admin, or came in by a token that may not.
    """
    if not actor.role.at_least(Role.ADMIN):
        raise Forbidden("Only owners and admins may do this.")
    check_scope(actor, Scope.ADMIN)


def check_may_manage_own_account(actor: Actor) -> None:
    """Check that the actor may change what is their own: their tokens, their membership.

    Raises:
        Forbidden: They came in by a token that may not.
    """
    check_scope(actor, Scope.ADMIN)


def check_scope(actor: Actor, scope: Scope) -> None:
    """Check that the way in may be used for this.

    Raises:
        Forbidden: It is a token with a lesser scope.
    """
    if not actor.scope.covers(scope):
        raise Forbidden(f"This token may not do that: it has the scope '{actor.scope}', and this needs '{scope}'.")


async def _may_read_now(tx: Transaction, actor: Actor, session: ChatSession) -> bool:
    return may_read(actor, session, participates=await participates(tx, actor, session))


async def participates(tx: Transaction, actor: Actor, session: ChatSession) -> bool:
    """Whether the actor is a participant of the session, asked only where `may_read` decides by it."""
    return session.visibility == Visibility.GROUP and await participants.includes(tx, session.id, actor.user_id)


def _manages(actor: Actor) -> bool:
    return actor.role.at_least(Role.ADMIN)


def _no_session() -> NotFound:
    return NotFound("There is no such session. It may have been deleted.", code="session_not_found")
