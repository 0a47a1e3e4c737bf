"""Who may see and do what: pure rules about an actor, an agent and a session. `services.access` applies them."""

from __future__ import annotations

from dataclasses import dataclass

from chat_app.domain.accounts import Link, LinkPurpose
from chat_app.domain.actor import Actor, Role
from chat_app.domain.agents import Agent, includes_person
from chat_app.domain.sessions import ChatSession, Visibility


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """The facts about a session that decide who may read it, also after it was deleted."""

    workspace_id: str
    creator_id: str
    visibility: Visibility

    @classmethod
    def of(cls, session: ChatSession) -> SessionFacts:
        """Return the facts about a session."""
        return cls(workspace_id=session.workspace_id, creator_id=session.creator_id, visibility=session.visibility)


def may_read_session(actor: Actor, session: SessionFacts, *, participates: bool, may_read_agent: bool) -> bool:
    """Whether an actor may read a session.

    Its creator always may. Besides, a group is open to its participants, and a session that is visible to the
    workspace is open to members who may read its agent. `db.sessions.readable_by` is the same rule in SQL.

    Args:
        actor: The reader.
        session: The session.
        participates: Whether the actor is one of its participants.
        may_read_agent: Whether the actor may read its agent; True when the agent no longer exists.
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
            return may_read_agent


def may_see_participants(actor: Actor, session: SessionFacts, *, reads: bool) -> bool:
    """Whether an actor may see who takes part in a session: everyone who reads it, and managers if it is shared.

    Args:
        actor: The actor.
        session: The session.
        reads: Whether the actor may read the session.
    """
    if session.workspace_id != actor.workspace_id:
        return False
    return reads or (is_manager(actor) and session.visibility != Visibility.PRIVATE)


def owns_or_manages(actor: Actor, session: SessionFacts) -> bool:
    """Whether an actor may share and delete a session they can see: its creator and the workspace's managers."""
    return session.creator_id == actor.user_id or is_manager(actor)


def may_read_agent(actor: Actor, agent: Agent) -> bool:
    """Whether an actor may see an agent and its sessions that are visible to the workspace."""
    return is_manager(actor) or includes_person(agent.readers, role=actor.role, email=actor.email)


def may_write_agent(actor: Actor, agent: Agent) -> bool:
    """Whether an actor may send messages to an agent. Only its readers may."""
    writes = is_manager(actor) or includes_person(agent.writers, role=actor.role, email=actor.email)
    return writes and may_read_agent(actor, agent)


def may_invite(role: Role, granted: Role) -> bool:
    """Whether a member with a role may invite a person as `granted`: managers may, up to their own role."""
    return role.at_least(Role.ADMIN) and role.at_least(granted)


def may_create_reset_links(role: Role) -> bool:
    """Whether a member with a role may create links with which members of the workspace choose a new password."""
    return role == Role.OWNER


def may_grant_link(role: Role | None, link: Link) -> bool:
    """Whether the member who made an invitation or a reset link may grant it now.

    Args:
        role: Their present role in the workspace of the link; None when they are no longer a member.
        link: The link.
    """
    match link.purpose:
        case LinkPurpose.SET_UP:
            return False
        case LinkPurpose.INVITE:
            return role is not None and link.role is not None and may_invite(role, link.role)
        case LinkPurpose.RESET:
            return role is not None and may_create_reset_links(role)


def is_manager(actor: Actor) -> bool:
    """Whether an actor manages their workspace, as an owner or an admin."""
    return actor.role.at_least(Role.ADMIN)
