"""Routes of the workspace and its members: `/v1/workspace`, `/v1/members`, `/v1/invitations`."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from chat_app.api.actor import CurrentActor
from chat_app.api.auth_schemas import InvitationOut, MemberOut, NameChange, NewInvitation, NewLinkOut, RoleChange
from chat_app.api.schemas import Page
from chat_app.domain.accounts import Link
from chat_app.domain.ids import Id
from chat_app.services.accounts import invitations, members, password_reset, workspaces
from chat_app.services.accounts.one_time_links import link_path
from chat_app.services.secrets.hashed_secrets import Issued

router = APIRouter(prefix="/v1", tags=["members"])


@router.get("/members")
async def list_members(actor: CurrentActor) -> Page[MemberOut]:
    """List the members of the workspace."""
    return Page(items=[MemberOut.of(member) for member in await members.list_members(actor)], next_cursor=None)


@router.patch("/members/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def change_role(actor: CurrentActor, user_id: Id, body: RoleChange) -> Response:
    """Change the role of a member."""
    await members.change_role(actor, user_id, role=body.role)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete("/members/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_member(actor: CurrentActor, user_id: Id) -> Response:
    """Remove a member from the workspace, or leave it with your own id."""
    await members.remove_member(actor, user_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/members/{user_id}/reset-link", status_code=status.HTTP_201_CREATED)
async def create_reset_link(actor: CurrentActor, user_id: Id) -> NewLinkOut:
    """Create a one-time link with which a member can choose a new password."""
    return _new_link(await password_reset.create_reset_link(actor, user_id))


@router.get("/invitations")
async def list_invitations(actor: CurrentActor) -> Page[InvitationOut]:
    """List the unused invitations."""
    items = [InvitationOut.of(link) for link in await invitations.list_invitations(actor)]
    return Page(items=items, next_cursor=None)


@router.post("/invitations", status_code=status.HTTP_201_CREATED)
async def create_invitation(actor: CurrentActor, body: NewInvitation) -> NewLinkOut:
    """Create a one-time link with which somebody can join the workspace."""
    return _new_link(await invitations.create_invitation(actor, role=body.role, days=body.days))


@router.delete("/invitations/{link_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_invitation(actor: CurrentActor, link_id: Id) -> Response:
    """Revoke an invitation."""
    await invitations.revoke_invitation(actor, link_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.patch("/workspace", status_code=status.HTTP_204_NO_CONTENT)
async def rename_workspace(actor: CurrentActor, body: NameChange) -> Response:
    """Change the name of the workspace."""
    await workspaces.rename_workspace(actor, name=body.name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _new_link(issued: Issued[Link]) -> NewLinkOut:
    link = issued.value
    return NewLinkOut(id=link.id, path=link_path(link.purpose, issued.secret), expires_at=link.expires_at)
