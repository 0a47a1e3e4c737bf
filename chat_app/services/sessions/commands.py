"""What people do with sessions: create, rename, share, archive, restore, delete and mark as read."""

from __future__ import annotations

from operator import attrgetter

from chat_app.db import events, messages, participants, reads, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor, Scope
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
from chat_app.domain.messages import greeting_message
from chat_app.domain.sessions import (
    ChatSession,
    Origin,
    SessionStatus,
    TitleSource,
    Visibility,
    check_title,
    new_session,
)
from chat_app.services import access, audit, erasure
from chat_app.services.agents import find_agent
from chat_app.services.limits.creation_checks import check_sessions, take_change, take_session
from chat_app.services.runtime import current, now


async def create_session(
    actor: Actor,
    *,
    agent_key: str,
    title: str = "",
    origin: Origin | None = None,
    session_id: str | None = None,
) -> ChatSession:
    """Create a session. Repeating the call with an id chosen by the client returns the same session.

    Args:
        actor: The creator.
        agent_key: The agent to talk to.
        title: A title chosen by the creator, or "".
        origin: The interface or automation that creates it.
        session_id: An id chosen by the client.

    Raises:
        Forbidden: The actor may only read in this workspace, or may not write to this agent.
        Invalid: There is no such agent for the actor, or the title or the id is invalid.
        Conflict: The id belongs to another session, or a limit on sessions is reached.
        TooMany: Too many sessions were created.
    """
    access.check_may_write(actor)
    title = check_title(title)
    agent = find_agent(actor, agent_key)
    if agent is None:
        raise Invalid(f"There is no agent with the key '{agent_key}'.", code="unknown_agent")
    access.check_may_ask(actor, agent)
    is_chosen = session_id is not None
    session_id = check_client_id(session_id, field="id") if session_id is not None else new_id("ses")
    session = new_session(actor, agent, session_id=session_id, title=title, origin=origin, at=now())
    if is_chosen and (existing := await _find(session_id)) is not None:
        # Before the rates are checked: a repeat creates nothing.
        return _check_same(existing, session)
    await take_session(actor)
    async with current().db.write() as tx:
        existing = await sessions.get(tx, session.id)
        if existing is not None:
            return _check_same(existing, session)
        await check_sessions(tx, actor)
        # A deleted session of this id has left the event of its deletion, whose seq is used again.
        await events.delete_all(tx, session.id)
        await sessions.insert(tx, session)
        await events.append(
            tx, session.workspace_id, session.id, [SessionCreated(session=session)], at=session.created_at
        )
        if agent.greeting:
            await _store_greeting(tx, session, agent.greeting)
        await _record(tx, actor, AuditType.SESSION_CREATED, session)
    return session


async def _find(session_id: str) -> ChatSession | None:
    async with current().db.read() as tx:
        return await sessions.get(tx, session_id)


async def _record(tx: Transaction, actor: Actor, type_: AuditType, session: ChatSession) -> None:
    # Nothing of the title: readers of the audit log may not be allowed to read the session.
    facts = {"agent": session.agent_key, "origin": session.origin, "visibility": session.visibility}
    await audit.record(tx, actor, type_, subject=session.id, **facts)


def _check_same(existing: ChatSession, requested: ChatSession) -> ChatSession:
    """Return the existing session if it was created by the same request.

    Raises:
        Conflict: It is another session.
    """
    origin_of = attrgetter("workspace_id", "creator_id", "agent_key")
    if origin_of(existing) == origin_of(requested):
        return existing
    raise Conflict("This id is already used by another session. Choose another id.", code="id_taken")


async def _store_greeting(tx: Transaction, session: ChatSession, greeting: str) -> None:
    message = greeting_message(session, greeting)
    seq = await events.reserve(tx, session.id, count=1)
    await messages.insert(tx, session.workspace_id, message, seq=seq, arrived_seq=None)
    await events.append(
        tx,
        session.workspace_id,
        session.id,
        [MessageCreated(message=message)],
        at=message.created_at,
        first_seq=seq,
    )


async def rename_session(actor: Actor, session_id: str, *, title: str) -> ChatSession:
    """Give a session a title chosen by a person, which no model changes afterwards.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read.
        Invalid: The title is invalid.
    """
    return await update_session(actor, session_id, title=title)


async def share_session(actor: Actor, session_id: str, visibility: Visibility) -> ChatSession:
    """Make a session visible to the workspace, or private again.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor neither created it nor is an owner or admin.
        Conflict: It has other participants and can't become private.
        Invalid: The visibility is that of a group, which comes from adding participants.
    """
    return await update_session(actor, session_id, visibility=visibility)


async def update_session(
    actor: Actor,
    session_id: str,
    *,
    title: str | None = None,
    status: SessionStatus | None = None,
    visibility: Visibility | None = None,
) -> ChatSession:
    """Rename, archive, restore or share a session. None leaves a field unchanged.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read, or may not share the session.
        TooMany: The actor has made too many changes of who may read sessions.
        Conflict: It has other participants and can't become private.
        Invalid: The title is invalid, or the visibility is that of a group.
    """
    title = check_title(title) if title is not None else None
    if visibility is not None:
        await take_change(actor)
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
                await _prepare_visibility(tx, session, visibility)
                update |= {"visibility": visibility}
                data.append(VisibilityChanged(visibility=visibility, before=session.visibility))
        if not update:
            return session
        at = now()
        update |= {"updated_at": at}
        await sessions.update(tx, session_id, **update)
        await events.append(tx, session.workspace_id, session_id, data, at=at)
        await events.prune(tx, session_id, keep=current().settings.max_session_events)
        if "visibility" in update:
            await _record(tx, actor, AuditType.SESSION_SHARED, session.model_copy(update=update))
    return session.model_copy(update=update)


async def _prepare_visibility(tx: Transaction, session: ChatSession, visibility: Visibility) -> None:
    """Check that a session can get a visibility, and remove the creator's entry from one that becomes private.

    Raises:
        Invalid: The visibility is that of a group.
        Conflict: The session has other participants and can't become private.
    """
    if visibility == Visibility.GROUP:
        raise Invalid("A session becomes a group when you add a person to it.", code="not_a_group")
    if visibility == Visibility.PRIVATE:
        if any(person.id != session.creator_id for person in await participants.all_of(tx, session.id)):
            raise Conflict("Other people take part in this session. Remove them first.", code="has_participants")
        await participants.remove_all(tx, session.id)


async def archive_session(actor: Actor, session_id: str) -> None:
    """Remove a session from the list but keep its content.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read.
    """
    await update_session(actor, session_id, status=SessionStatus.ARCHIVED)


async def restore_session(actor: Actor, session_id: str) -> None:
    """Return an archived session to the list.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read.
    """
    await update_session(actor, session_id, status=SessionStatus.ACTIVE)


async def delete_session(actor: Actor, session_id: str) -> None:
    """Delete a session permanently, with its messages, turns and events and the workflows of its turns.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor neither created it nor is an owner or admin.
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
        await sessions.delete(tx, session_id)
        await _record(tx, actor, AuditType.SESSION_DELETED, session)
    for turn_id in turn_ids:
        live = runtime.live.get(turn_id)
        if live is not None:
            live.close()
            live.stop()
    await erasure.forget_turns(turn_ids)


async def mark_read(actor: Actor, session_id: str) -> int:
    """Mark all messages of a session as read.

    Returns:
        The seq up to which the actor has read.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor's token allows reading only, which leaves no trace.
    """
    async with current().db.write() as tx:
        session = await access.require_readable(tx, actor, session_id)
        access.check_scope(actor, Scope.WRITE)
        read_seq = (await reads.get_all(tx, session_id)).get(actor.user_id, 0)
        if await messages.newest_arrival(tx, session_id) <= read_seq:
            return read_seq
        at = now()
        # The event of the reading is itself read, so its own seq is stored.
        seq = await events.reserve(tx, session_id, count=1)
        await reads.save(tx, session.workspace_id, session_id, actor.user_id, read_seq=seq, at=at)
        data = SessionRead(user_id=actor.user_id, read_seq=seq)
        await events.append(tx, session.workspace_id, session_id, [data], at=at, first_seq=seq)
        await events.prune(tx, session_id, keep=current().settings.max_session_events)
    return seq
