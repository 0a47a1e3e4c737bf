"""What a person does with sessions: make, rename, share, archive, restore, delete, mark as read."""

from __future__ import annotations

from chat_app.db import events, messages, participants, reads, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.agents import Agent
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import Conflict, Invalid
from chat_app.domain.events import (
    DurableData,
    MessageCreated,
    SessionArchived,
    SessionCreated,
    SessionDeleted,
    SessionRead,
    SessionRenamed,
    SessionRestored,
    VisibilityChanged,
)
from chat_app.domain.ids import check_client_id, new_id
from chat_app.domain.messages import Message
from chat_app.domain.parts import TextPart
from chat_app.domain.sessions import TITLE_LIMIT, ChatSession, Origin, SessionStatus, TitleSource, Visibility
from chat_app.domain.text import check_text
from chat_app.services import access, audit
from chat_app.services.agents import find_agent
from chat_app.services.limits.checks import check_sessions
from chat_app.services.runtime import current, now

_SHARED_ORIGINS = frozenset({Origin.CLI, Origin.WEBHOOK, Origin.CRON, Origin.AGENT})
"""Sessions that automation makes are for everyone who may read their agent."""


async def create_session(
    actor: Actor,
    *,
    agent_key: str,
    title: str = "",
    origin: Origin | None = None,
    session_id: str | None = None,
) -> ChatSession:
    """Make a session; with a client-made id, asking again returns the same one.

    Args:
        actor: Who makes it.
        agent_key: The agent to talk to.
        title: A title that the person chose, or nothing.
        origin: The way in.
        session_id: An id made by the client.

    Raises:
        Forbidden: The actor may only read, here or what this agent says.
        Invalid: There is no such agent for the actor, or the title or the id breaks a rule.
        Conflict: The id is taken by another session, or the actor has as many as they may have.
    """
    access.check_may_write(actor)
    runtime = current()
    title = check_title(title)
    agent = find_agent(actor, agent_key)
    if agent is None:
        raise Invalid(f"There is no agent with the key '{agent_key}'.", code="unknown_agent")
    access.check_may_ask(actor, agent)
    at = now()
    session = ChatSession(
        id=check_client_id(session_id, field="id") if session_id is not None else new_id("ses"),
        workspace_id=actor.workspace_id,
        agent_key=agent.key,
        creator_id=actor.user_id,
        title=title,
        title_source=TitleSource.PERSON if title else TitleSource.NONE,
        status=SessionStatus.ACTIVE,
        origin=origin,
        visibility=Visibility.WORKSPACE if origin in _SHARED_ORIGINS else Visibility.PRIVATE,
        created_at=at,
        updated_at=at,
        last_activity_at=at,
    )
    async with runtime.db.write() as tx:
        existing = await sessions.get(tx, session.id)
        if existing is not None:
            return _same_session(actor, existing, session)
        await check_sessions(tx, actor)
        # What is left of a deleted session of this id is the event of its end, whose number is needed again.
        await events.delete_all(tx, session.id)
        await sessions.insert(tx, session)
        await events.append(tx, session.workspace_id, session.id, [SessionCreated(session=session)], at=at)
        if agent.greeting:
            await _greet(tx, session, agent)
        await _record(tx, actor, AuditType.SESSION_CREATED, session)
    return session


async def _record(tx: Transaction, actor: Actor, type_: AuditType, session: ChatSession) -> None:
    # Neither the title nor a word of it: who reads the audit log may not be one who may read the session.
    facts = {"agent": session.agent_key, "origin": session.origin, "visibility": session.visibility}
    await audit.record(tx, actor, type_, subject=session.id, **facts)


def _same_session(actor: Actor, existing: ChatSession, wanted: ChatSession) -> ChatSession:
    of_actor = (existing.workspace_id, existing.creator_id) == (actor.workspace_id, actor.user_id)
    if of_actor and existing.agent_key == wanted.agent_key:
        return existing
    raise Conflict("This id belongs to another session. Choose another id.", code="id_taken")


async def _greet(tx: Transaction, session: ChatSession, agent: Agent) -> None:
    greeting = Message(
        id=new_id("msg"),
        chat_session_id=session.id,
        parent_id=None,
        role="assistant",
        kind="plain",
        parts=(TextPart(id="0.0", text=agent.greeting),),
        task_id=None,
        author_id=None,
        request_id=None,
        created_at=session.created_at,
    )
    seq = await events.reserve(tx, session.id, count=1)
    await messages.insert(tx, session.workspace_id, greeting, seq=seq, arrived_seq=None)
    await events.append(
        tx,
        session.workspace_id,
        session.id,
        [MessageCreated(message=greeting)],
        at=session.created_at,
        first_seq=seq,
    )


async def rename_session(actor: Actor, session_id: str, *, title: str) -> ChatSession:
    """Give a session the title that a person chose; no model changes it after that.

    Raises:
        NotFound: There is no such session for the actor.
        Invalid: The title breaks a rule.
    """
    return await change_session(actor, session_id, title=title)


async def share_session(actor: Actor, session_id: str, visibility: Visibility) -> ChatSession:
    """Show a session to the whole workspace, or take it back to who made it.

    Raises:
        NotFound: There is no such session for the actor.
        Forbidden: The actor neither made it nor is an owner or admin.
        Conflict: Others take part in it, so it can't go back to one person.
        Invalid: A group comes from its participants alone.
    """
    return await change_session(actor, session_id, visibility=visibility)


async def change_session(
    actor: Actor,
    session_id: str,
    *,
    title: str | None = None,
    status: SessionStatus | None = None,
    visibility: Visibility | None = None,
) -> ChatSession:
    """Rename a session, archive or restore it, share it; what is None stays as it is.

    Raises:
        NotFound: There is no such session for the actor.
        Forbidden: The actor may only read, or may not share it.
        Conflict: Others take part in a session that is to be one person's.
        Invalid: The title breaks a rule, or the visibility is that of a group.
    """
    title = check_title(title) if title is not None else None
    async with current().db.write() as tx:
        session = await access.require_writable(tx, actor, session_id)
        update: dict[str, object] = {}
        data: list[DurableData] = []
        if title is not None and (session.title, session.title_source) != (title, TitleSource.PERSON):
            update |= {"title": title, "title_source": TitleSource.PERSON}
            data.append(SessionRenamed(title=title, title_source=TitleSource.PERSON))
        if status is not None and session.status != status:
            update |= {"status": status}
            data.append(SessionArchived() if status == SessionStatus.ARCHIVED else SessionRestored())
        if visibility is not None:
            access.check_may_manage(actor, session)
            if session.visibility != visibility:
                await _check_may_become(tx, session, visibility)
                update |= {"visibility": visibility}
                data.append(VisibilityChanged(visibility=visibility, before=session.visibility))
        if not update:
            return session
        at = now()
        update |= {"updated_at": at}
        await sessions.change(tx, session_id, **update)
        await events.append(tx, session.workspace_id, session_id, data, at=at)
        if "visibility" in update:
            await _record(tx, actor, AuditType.SESSION_SHARED, session.model_copy(update=update))
    return session.model_copy(update=update)


async def _check_may_become(tx: Transaction, session: ChatSession, visibility: Visibility) -> None:
    if visibility == Visibility.GROUP:
        raise Invalid("A conversation becomes a group's when somebody is added to it.", code="not_a_group")
    if visibility == Visibility.PRIVATE:
        if any(person.id != session.creator_id for person in await participants.all_of(tx, session.id)):
            raise Conflict("Others take part in this conversation. Remove them first.", code="has_participants")
        await participants.remove_all(tx, session.id)


async def archive_session(actor: Actor, session_id: str) -> None:
    """Take a session out of the list; it keeps everything.

    Raises:
        NotFound: There is no such session for the actor.
    """
    await change_session(actor, session_id, status=SessionStatus.ARCHIVED)


async def restore_session(actor: Actor, session_id: str) -> None:
    """Put an archived session back into the list.

    Raises:
        NotFound: There is no such session for the actor.
    """
    await change_session(actor, session_id, status=SessionStatus.ACTIVE)


async def delete_session(actor: Actor, session_id: str) -> None:
    """Delete a session for ever: messages, turns, events, and what the workflow engine keeps of its turns.

    Raises:
        NotFound: There is no such session for the actor.
        Forbidden: The actor neither made it nor is an owner or admin; whoever may write may archive it.
    """
    runtime = current()
    async with runtime.db.write() as tx:
        session = await access.require_writable(tx, actor, session_id)
        access.check_may_manage(actor, session)
        turn_ids = await turns.ids_in(tx, session_id)
        data = SessionDeleted(
            creator_id=session.creator_id,
            visibility=session.visibility,
            agent_key=session.agent_key,
            participants=tuple(person.id for person in await participants.all_of(tx, session_id)),
        )
        await events.append(tx, session.workspace_id, session_id, [data], at=now())
        await events.prune(tx, session_id, keep=1)
        await sessions.remove(tx, session_id)
        await _record(tx, actor, AuditType.SESSION_DELETED, session)
    for turn_id in turn_ids:
        live = runtime.live.get(turn_id)
        if live is not None:
            live.close()
            live.stop()
    await runtime.runner.forget(turn_ids)


async def mark_read(actor: Actor, session_id: str) -> int:
    """Mark a session as read up to its newest event; return the seq.

    Raises:
        NotFound: There is no such session for the actor.
    """
    async with current().db.write() as tx:
        session = await access.require_readable(tx, actor, session_id)
        read = (await reads.get_all(tx, session_id)).get(actor.user_id, 0)
        if await messages.newest_arrival(tx, session_id) <= read:
            return read
        at = now()
        # The event is read with the rest: it is its own seq that is stored.
        seq = await events.reserve(tx, session_id, count=1)
        await reads.put(tx, session.workspace_id, session_id, actor.user_id, read_seq=seq, at=at)
        data = SessionRead(user_id=actor.user_id, read_seq=seq)
        await events.append(tx, session.workspace_id, session_id, [data], at=at, first_seq=seq)
    return seq


def check_title(title: str) -> str:
    """Return a title on one line.

    Raises:
        Invalid: It is too long, or can't be stored.
    """
    title = " ".join(check_text(title, field="title").split())
    if len(title) > TITLE_LIMIT:
        raise Invalid(
            f"A title has at most {TITLE_LIMIT} characters; this one has {len(title)}.",
            code="title_too_long",
            details={"limit": TITLE_LIMIT},
        )
    return title
