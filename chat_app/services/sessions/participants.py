"""What people do with the participants of a session: list, add and remove them, or leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chat_app.db import events, members, participants, sessions
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account
from chat_app.domain.actor import Actor, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import BadRequest, NotFound
from chat_app.domain.events import (
    DurableData,
    ParticipantAdded,
    ParticipantRemoved,
    VisibilityChanged,
    participant_change,
)
from chat_app.domain.sessions import ChatSession, Participant, ParticipantChange, ParticipantRole, Person, Visibility
from chat_app.services import access, audit
from chat_app.services.limits.creation_checks import check_participants, take_change
from chat_app.services.runtime import current, now


async def list_participants(actor: Actor, session_id: str) -> tuple[Participant, ...]:
    """Return the participants of a session, its owner first. A private session has none.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    async with current().db.read() as tx:
        await access.require_participants_visible(tx, actor, session_id)
        return await participants.all_of(tx, session_id)


async def list_participant_changes(actor: Actor, session_id: str) -> tuple[ParticipantChange, ...]:
    """Return who was added to a session and removed from it by whom, oldest first.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    async with current().db.read() as tx:
        await access.require_participants_visible(tx, actor, session_id)
        return await participants.changes(tx, session_id)


async def add_participant(
    actor: Actor, session_id: str, user_id: str, *, role: ParticipantRole = ParticipantRole.MEMBER
) -> None:
    """Add a member of the workspace to a session. A private session becomes a group owned by its creator.

    Adding a participant again changes their role.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor neither created it nor is an owner or admin.
        BadRequest: The person is not a member of the workspace.
        Conflict: The session has too many participants.
        TooMany: The actor has made too many changes.
    """
    await take_change(actor)
    async with current().db.write() as tx:
        session = await access.require_participants_visible(tx, actor, session_id)
        access.check_may_manage(actor, session)
        if await members.get(tx, session.workspace_id, user_id) is None:
            raise BadRequest("This user is not a member of this workspace. Invite them first.", code="not_a_member")
        at = now()
        data: list[DurableData] = []
        if session.visibility == Visibility.PRIVATE:
            await sessions.update(tx, session_id, visibility=Visibility.GROUP, updated_at=at)
            data.append(VisibilityChanged(visibility=Visibility.GROUP, before=Visibility.PRIVATE))
        data += await _store_participants(tx, actor, session, user_id, role=role, at=at)
        if data:
            await _append(tx, session.workspace_id, session_id, data, at=at)
            themselves = user_id == actor.user_id
            await audit.record(
                tx, actor, AuditType.PARTICIPANT_ADDED, subject=session_id, person=user_id, themselves=themselves
            )


async def _store_participants(
    tx: Transaction, actor: Actor, session: ChatSession, user_id: str, *, role: ParticipantRole, at: datetime
) -> list[DurableData]:
    """Store a person and the session's creator as participants, and return the events of what changed.

    They say who added the person. The creator's own entry, and another role, are no news for the people of a session.
    """
    stored = {person.id: person for person in await participants.all_of(tx, session.id)}
    roles = {session.creator_id: ParticipantRole.OWNER}
    roles.setdefault(user_id, role)
    if roles.keys() - stored.keys():
        check_participants(actor, number=len(stored | roles))
    changed = {
        person_id: role_now
        for person_id, role_now in roles.items()
        if person_id not in stored or stored[person_id].role != role_now
    }
    for person_id, role_now in changed.items():
        joined_at = stored[person_id].joined_at if person_id in stored else at
        await participants.save(tx, session.workspace_id, session.id, person_id, role=role_now, at=joined_at)
    everyone = await participants.all_of(tx, session.id) if changed else ()
    added = {user_id} - stored.keys() - {session.creator_id}
    return [
        ParticipantAdded(participant=person, by=_person(actor) if person.id in added else None)
        for person in everyone
        if person.id in changed
    ]


async def remove_participant(actor: Actor, session_id: str, user_id: str) -> None:
    """Remove a person from a session, or leave it. The event of the removal is the last one that they receive.

    Raises:
        NotFound: The session does not exist or the actor may not see it, or the person is not a participant.
        Forbidden: The actor removes another person, and neither created the session nor is an owner or admin.
        BadRequest: The person created the session.
    """
    runtime = current()
    async with runtime.db.write() as tx:
        session = await access.require_participants_visible(tx, actor, session_id)
        if user_id == actor.user_id:
            access.check_scope(actor, Scope.WRITE)
        else:
            access.check_may_manage(actor, session)
        if user_id == session.creator_id:
            raise BadRequest(
                "The creator of a session can't be removed from it. Delete the session instead.", code="is_the_owner"
            )
        everyone = await participants.all_of(tx, session_id)
        participant = next((person for person in everyone if person.id == user_id), None)
        if participant is None:
            raise NotFound("This person does not take part in the session.", code="participant_not_found")
        await _remove(tx, actor, session.workspace_id, session_id, participant.id, name=participant.name)
        themselves = user_id == actor.user_id
        await audit.record(
            tx, actor, AuditType.PARTICIPANT_REMOVED, subject=session_id, person=user_id, themselves=themselves
        )
    runtime.presence.stop_typing(session_id, user_id)


async def leave_all(tx: Transaction, actor: Actor, account: Account) -> None:
    """Remove a person whom the actor removes from the workspace from its groups, except from those that they created.

    Args:
        tx: The transaction.
        actor: Who removes the person, or the person who leaves.
        account: The person.
    """
    workspace_id = actor.workspace_id
    for session_id in await participants.groups_of(tx, workspace_id, account.id):
        session = await sessions.get(tx, session_id)
        if session is not None and session.creator_id != account.id:
            await _remove(tx, actor, workspace_id, session_id, account.id, name=account.name)


async def _remove(
    tx: Transaction, actor: Actor, workspace_id: str, session_id: str, user_id: str, *, name: str
) -> None:
    await participants.remove(tx, session_id, user_id)
    data = ParticipantRemoved(user_id=user_id, name=name, by=_person(actor))
    await _append(tx, workspace_id, session_id, [data], at=now())


async def _append(
    tx: Transaction, workspace_id: str, session_id: str, data: Sequence[DurableData], *, at: datetime
) -> None:
    """Append events, and store what they say about who was added and removed by whom."""
    settings = current().settings
    appended = await events.append(tx, workspace_id, session_id, data, at=at)
    await events.prune(tx, session_id, keep=settings.max_session_events)
    changes = [change for event in appended if (change := participant_change(event)) is not None]
    await participants.save_changes(tx, workspace_id, session_id, changes, keep=settings.max_participant_changes)


def _person(actor: Actor) -> Person:
    return Person(id=actor.user_id, name=actor.name)
