"""Routes of the participants of a session: `/v1/chat/{id}/participants`."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from chat_app.api.actor import CurrentActor
from chat_app.api.schemas import NewParticipant, ParticipantChangeOut, ParticipantOut, Participants
from chat_app.domain.ids import Id
from chat_app.services.sessions import participants

router = APIRouter(prefix="/v1/chat/{chat_id}/participants", tags=["participants"])


@router.get("")
async def list_participants(actor: CurrentActor, chat_id: Id) -> Participants:
    """List the participants of a session, and who added and removed people.

    Owners and admins may do so even if they cannot read the session.
    """
    people = await participants.list_participants(actor, chat_id)
    changes = await participants.list_participant_changes(actor, chat_id)
    return Participants(
        participants=[ParticipantOut.of(person) for person in people],
        changes=[ParticipantChangeOut.of(change) for change in changes],
    )


@router.post("", status_code=status.HTTP_204_NO_CONTENT)
async def add_participant(actor: CurrentActor, chat_id: Id, body: NewParticipant) -> Response:
    """Add a member of the workspace; a private session becomes a group. Adding a participant again has no effect."""
    await participants.add_participant(actor, chat_id, body.user_id, role=body.role)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete("/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_participant(actor: CurrentActor, chat_id: Id, user_id: Id) -> Response:
    """Remove a participant from a session, or leave it with your own id."""
    await participants.remove_participant(actor, chat_id, user_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
