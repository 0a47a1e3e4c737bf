"""Access is decided here and nowhere else.

What an actor may not see does not exist for them: `NotFound`. What they may see but not do is `Forbidden`.
"""

from __future__ import annotations

from chat_app.db import sessions
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.chat import ChatSession, Visibility
from chat_app.domain.errors import Forbidden, NotFound


def may_read(actor: Actor, session: ChatSession) -> bool:
    """Whether the actor may read the session: it is theirs, or the workspace's."""
    if session.workspace_id != actor.workspace_id:
        return False
    return session.creator_id == actor.user_id or session.visibility == Visibility.WORKSPACE


def readable_sessions(actor: Actor) -> sessions.Condition:
    """Return `may_read` as a condition on the rows of a list."""
    return sessions.readable_by(actor.workspace_id, actor.user_id)


async def readable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return the session that the actor may read.

    Raises:
        NotFound: There is no such session, or the actor may not see it.
    """
    session = await sessions.get(tx, session_id)
    if session is None or not may_read(actor, session):
        raise NotFound("There is no such session. It may have been deleted.", code="session_not_found")
    return session


async def writable(tx: Transaction, actor: Actor, session_id: str) -> ChatSession:
    """Return the session in which the actor may write and which they may change.

    Raises:
        NotFound: There is no such session, or the actor may not see it.
        Forbidden: The actor may only read.
    """
    session = await readable(tx, actor, session_id)
    check_may_write(actor)
    return session


def check_may_write(actor: Actor) -> None:
    """Check that the actor may write in their workspace at all.

    Raises:
        Forbidden: The actor may only read.
    """
    if actor.role == Role.VIEWER:
        raise Forbidden("You may read here but not write. An owner or admin can change your role.")


def check_may_read_journal(actor: Actor) -> None:
    """Check that the actor may read what happened in their workspace.

    Raises:
        Forbidden: They are neither an owner nor an admin, or came in with a token that may not do this.
    """
    if not actor.role.at_least(Role.ADMIN):
        raise Forbidden("Only owners and admins may read the journal. Ask one of them.")
    if not actor.scope.covers(Scope.ADMIN):
        raise Forbidden("This token may not read the journal. Make one with the scope 'admin'.")
