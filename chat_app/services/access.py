"""Checks what an actor may see and do, by the rules of `domain.access`. Every use case gets its permission here.

What an actor may not see raises `NotFound`, as if it did not exist. What they may see but not do raises `Forbidden`.
"""

from __future__ import annotations

from chat_app.db import accounts, members, participants, sessions
from chat_app.db.engine import Transaction
from chat_app.domain.access import (
    SessionFacts,
    is_manager,
    may_create_reset_links,
    may_grant_link,
    may_invite,
    may_read_agent,
    may_read_session,
    may_see_participants,
    may_write_agent,
    owns_or_manages,
)
from chat_app.domain.accounts import Link, LinkPurpose
from chat_app.domain.actor import LOCAL_OWNER, Actor, Role, Scope
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Forbidden, NotFound
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.services.runtime import current


def may_read(actor: Actor, session: SessionFacts, *, agent_key: str, participates: bool) -> bool:
    """Whether the actor may read a session with an agent.

    Args:
        actor: The reader.
        session: The session.
        agent_key: Its agent.
        participates: Whether the actor is one of its participants.
    """
    agent = current().agents.find(agent_key)
    reads_agent = agent is None or may_read_agent(actor, agent)
    return may_read_session(actor, session, participates=participates, may_read_agent=reads_agent)


def readable_sessions(actor: Actor) -> sessions.Condition:
    """Return the condition for sessions that the actor may read, for queries of lists."""
    hidden = [agent.key for agent in current().agents.list() if not may_read_agent(actor, agent)]
    return sessions.readable_by(actor.workspace_id, actor.user_id, hidden_agents=hidden)


async def require_readable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return a session that the actor may read.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    session = await sessions.get(tx, session_id)
    if session is None or not await _may_read(tx, actor, session):
        raise session_not_found()
    return session


async def require_writable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return a session that the actor may change.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read.
    """
    session = await require_readable(tx, actor, session_id)
    check_may_write(actor)
    return session


async def require_askable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return a session in which the actor may send messages to its agent, whether or not the agent still exists.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read in this workspace, or may not write to this agent.
    """
    session = await require_writable(tx, actor, session_id)
    agent = current().agents.find(session.agent_key)
    if agent is not None:
        check_may_ask(actor, agent)
    return session


async def require_participants_visible(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return a session whose participants the actor may see.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    session = await sessions.get(tx, session_id)
    if session is None:
        raise session_not_found()
    reads = await _may_read(tx, actor, session)
    if not may_see_participants(actor, SessionFacts.of(session), reads=reads):
        raise session_not_found()
    return session


def check_may_manage(actor: Actor, session: ChatSession) -> None:
    """Check that the actor may share or delete a session that they see.

    Raises:
        Forbidden: The actor neither created it nor is an owner or admin, or may only read.
    """
    check_may_write(actor)
    if not owns_or_manages(actor, SessionFacts.of(session)):
        raise Forbidden("Only the creator of this session and the workspace's owners and admins can do this.")


def may_manage(actor: Actor, session: ChatSession) -> bool:
    """Whether the actor may share or delete a session that they see."""
    try:
        check_may_manage(actor, session)
    except Forbidden:
        return False
    return True


def check_may_ask(actor: Actor, agent: Agent) -> None:
    """Check that the actor may send messages to an agent.

    Raises:
        Forbidden: The actor is not one of its writers.
    """
    if not may_write_agent(actor, agent):
        raise Forbidden(
            f"You can't write to {agent.name}. An owner or admin can add you to its writers in the agents file."
        )


def check_may_write(actor: Actor) -> None:
    """Check that the actor may change anything in their workspace.

    Raises:
        Forbidden: The actor's role or token allows reading only.
    """
    if actor.role == Role.VIEWER:
        raise Forbidden("You can only read in this workspace. An owner or admin can change your role.")
    check_scope(actor, Scope.WRITE)


def check_may_manage_workspace(actor: Actor) -> None:
    """Check that the actor manages their workspace: its members, audit log, keys and name.

    Raises:
        Forbidden: The actor is neither owner nor admin, or their token does not allow it.
    """
    if not is_manager(actor):
        raise Forbidden("Only owners and admins can do this.")
    check_scope(actor, Scope.ADMIN)


def check_may_invite(actor: Actor, granted: Role) -> None:
    """Check that the actor may invite a person with a role.

    Raises:
        Forbidden: The actor may not manage members, or may not grant this role.
    """
    check_may_manage_workspace(actor)
    if not may_invite(actor.role, granted):
        raise Forbidden("Only an owner can invite an owner.")


def check_may_create_reset_link(actor: Actor, user_id: str) -> None:
    """Check that the actor may create a password reset link for a member of their workspace.

    Raises:
        Forbidden: The actor is not an owner, or their token does not allow it.
    """
    check_may_manage_workspace(actor)
    if not may_create_reset_links(actor.role):
        raise Forbidden("Only an owner can create a password reset link.")
    # A program would become its person, with everything that only a browser's login may do.
    if actor.uses_token and user_id == actor.user_id:
        raise Forbidden("API tokens cannot reset the password of their own account. Change it in the browser.")


async def belongs_only_to(tx: Transaction, user_id: str, workspace_id: str) -> bool:
    """Whether an account is a member of a workspace and of no other, so that the workspace's owners may reset it."""
    return [each.workspace.id for each in await members.memberships(tx, user_id)] == [workspace_id]


async def is_grantable(tx: Transaction, link: Link) -> bool:
    """Whether what a one-time link grants may be granted now, to the account that it names now.

    A link is worth what its maker may grant at this moment. A reset link without a maker comes from the command line of
    the server's machine, and a link for set-up from the program itself.

    Args:
        tx: The transaction in which the link is used.
        link: The link, which has not expired.
    """
    if link.purpose == LinkPurpose.SET_UP:
        return not await accounts.can_sign_in(tx, LOCAL_OWNER.user_id)
    if link.created_by is None:
        return link.purpose == LinkPurpose.RESET
    maker = await members.get(tx, link.workspace_id, link.created_by)
    if not may_grant_link(maker.role if maker is not None else None, link):
        return False
    return link.user_id is None or await belongs_only_to(tx, link.user_id, link.workspace_id)


def check_may_manage_own_account(actor: Actor) -> None:
    """Check that the actor may change their own name, logins, tokens and memberships.

    Raises:
        Forbidden: The actor's token does not allow it.
    """
    check_scope(actor, Scope.ADMIN)


def check_scope(actor: Actor, scope: Scope) -> None:
    """Check that the actor's login or token has a scope.

    Raises:
        Forbidden: It is a token with a smaller scope.
    """
    if not actor.scope.covers(scope):
        raise Forbidden(f"This token has the scope '{actor.scope}'. This needs the scope '{scope}'.")


async def participates(tx: Transaction, actor: Actor, session: ChatSession) -> bool:
    """Whether the actor participates in a group; False for every other session, where it makes no difference."""
    return session.visibility == Visibility.GROUP and await participants.includes(tx, session.id, actor.user_id)


def session_not_found() -> NotFound:
    """Return the error for a session that does not exist, or that the actor may not see."""
    return NotFound("This session doesn't exist. It may have been deleted.", code="session_not_found")


async def _may_read(tx: Transaction, actor: Actor, session: ChatSession) -> bool:
    return may_read(
        actor,
        SessionFacts.of(session),
        agent_key=session.agent_key,
        participates=await participates(tx, actor, session),
    )
