"""What a person does with the participants of a session: list them, add one, remove one or leave."""

from __future__ import annotations

from datetime import datetime

from chat_app.db import events, members, participants, sessions
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account
from chat_app.domain.actor import Actor, Scope
from chat_app.domain.audit import AuditType
from chat_app.domain.errors import BadRequest, Forbidden, NotFound
from chat_app.domain.events import DurableData, ParticipantAdded, ParticipantRemoved, VisibilityChanged
from chat_app.domain.sessions import ChatSession, Participant, ParticipantRole, Visibility
from chat_app.services import access, audit
from chat_app.services.runtime import current, now


async def list_participants(actor: Actor, session_id: str) -> tuple[Participant, ...]:
    """Return the people of a session, who made it first; a private one has none.

    Raises:
        NotFound: There is no such session for the actor.
    """
    async with current().db.read() as tx:
        await access.require_participants_visible(tx, actor, session_id)
        return await participants.all_of(tx, session_id)


def may_manage(actor: Actor, session: ChatSession) -> bool:
    """Whether the actor may say who has the session; who may not is refused when they try."""
    try:
        access.check_may_manage(actor, session)
    except Forbidden:
        return False
    return True


async def add_participant(
    actor: Actor, session_id: str, user_id: str, *, role: ParticipantRole = ParticipantRole.MEMBER
) -> None:
    """Add a member of the workspace to a session; a private one becomes a group's, with its creator as the owner.

    Adding somebody again changes what they are called, if anything.

    Raises:
        NotFound: There is no such session for the actor.
        Forbidden: The actor neither made it nor is an owner or admin.
        BadRequest: The person is not a member of the workspace.
    """
    async with current().db.write() as tx:
        session = await access.require_participants_visible(tx, actor, session_id)
        access.check_may_manage(actor, session)
        if await members.get(tx, session.workspace_id, user_id) is None:
            raise BadRequest("This user is not a member of this workspace. Invite them first.", code="not_a_member")
        at = now()
        data: list[DurableData] = []
        if session.visibility == Visibility.PRIVATE:
            await sessions.change(tx, session_id, visibility=Visibility.GROUP, updated_at=at)
            data.append(VisibilityChanged(visibility=Visibility.GROUP, before=Visibility.PRIVATE))
        data += await _put(tx, session, user_id, role=role, at=at)
        if data:
            await events.append(tx, session.workspace_id, session_id, data, at=at)
            await audit.record(tx, actor, AuditType.PARTICIPANT_ADDED, subject=session_id, person=user_id)


async def _put(
    tx: Transaction, session: ChatSession, user_id: str, *, role: ParticipantRole, at: datetime
) -> list[DurableData]:
    """Store who is not there yet, the creator before anybody else, and return what there is to tell."""
    known = {person.id: person for person in await participants.all_of(tx, session.id)}
    wanted = {session.creator_id: ParticipantRole.OWNER}
    wanted.setdefault(user_id, role)
    changed = {each: called for each, called in wanted.items() if each not in known or known[each].role != called}
    for each, called in changed.items():
        joined_at = known[each].joined_at if each in known else at
        await participants.put(tx, session.workspace_id, session.id, each, role=called, at=joined_at)
    stored = await participants.all_of(tx, session.id) if changed else ()
    return [ParticipantAdded(participant=person) for person in stored if person.id in changed]


async def remove_participant(actor: Actor, session_id: str, user_id: str) -> None:
    """Take a person out of a session, or leave it; what they follow of it ends with the event that says so.

    Raises:
        NotFound: There is no such session for the actor, or no such participant.
        Forbidden: The actor removes somebody else, and neither made the session nor is an owner or admin.
        BadRequest: The person made the session.
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
                "Who started a conversation can't be removed from it. Delete it instead.", code="is_the_owner"
            )
        found = next((person for person in await participants.all_of(tx, session_id) if person.id == user_id), None)
        if found is None:
            raise NotFound("This person does not take part in the conversation.", code="participant_not_found")
        await participants.remove(tx, session_id, user_id)
        data = ParticipantRemoved(user_id=user_id, name=found.name)
        await events.append(tx, session.workspace_id, session_id, [data], at=now())
        await audit.record(tx, actor, AuditType.PARTICIPANT_REMOVED, subject=session_id, person=user_id)
    runtime.people.stop_typing(session_id, user_id)


async def leave_all(tx: Transaction, workspace_id: str, account: Account) -> None:
    """Take somebody who leaves a workspace out of its groups, but for those that they started."""
    for session_id in await participants.groups_of(tx, workspace_id, account.id):
        session = await sessions.get(tx, session_id)
        if session is not None and session.creator_id != account.id:
            await participants.remove(tx, session_id, account.id)
            data = ParticipantRemoved(user_id=account.id, name=account.name)
            await events.append(tx, workspace_id, session_id, [data], at=now())
