"""`/v1/members`, `/v1/invitations`, `/v1/workspace`: who belongs to the workspace."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from chat_app.api.actor import CurrentActor
from chat_app.api.auth_schemas import InvitationOut, MemberOut, NameChange, NewInvitation, NewLinkOut, RoleChange
from chat_app.api.schemas import Page
from chat_app.domain.accounts import Link
from chat_app.domain.ids import Id
from chat_app.services.accounts import invitations, members, password_reset, workspaces
from chat_app.services.accounts.one_time_links import path_of

router = APIRouter(prefix="/v1", tags=["people"])


@router.get("/members")
async def list_members(actor: CurrentActor) -> Page[MemberOut]:
    """List the members of the workspace."""
    return Page(items=[MemberOut.of(member) for member in await members.list_members(actor)], next_cursor=None)


@router.patch("/members/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def change_role(actor: CurrentActor, user_id: Id, body: RoleChange) -> Response:
    """Give a member another role."""
    await members.change_role(actor, user_id, role=body.role)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete("/members/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_member(actor: CurrentActor, user_id: Id) -> Response:
    """Take a member out of the workspace, or leave it oneself."""
    await members.remove_member(actor, user_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/members/{user_id}/reset-link", status_code=status.HTTP_201_CREATED)
async def make_reset_link(actor: CurrentActor, user_id: Id) -> NewLinkOut:
    """Make a link by which a member chooses a new password."""
    return _new_link(*await password_reset.make_reset_link(actor, user_id))


@router.get("/invitations")
async def list_invitations(actor: CurrentActor) -> Page[InvitationOut]:
    """List the invitations that nobody has used yet."""
    found = await invitations.list_invitations(actor)
    return Page(items=[InvitationOut.of(link) for link in found], next_cursor=None)


@router.post("/invitations", status_code=status.HTTP_201_CREATED)
async def invite(actor: CurrentActor, body: NewInvitation) -> NewLinkOut:
    """Make a link by which somebody joins the workspace."""
    return _new_link(*await invitations.invite(actor, role=body.role, days=body.days))


@router.delete("/invitations/{link_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_invitation(actor: CurrentActor, link_id: Id) -> Response:
    """Take an invitation back."""
    await invitations.revoke_invitation(actor, link_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.patch("/workspace", status_code=status.HTTP_204_NO_CONTENT)
async def rename_workspace(actor: CurrentActor, body: NameChange) -> Response:
    """Give the workspace another name."""
    await workspaces.rename_workspace(actor, name=body.name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _new_link(link: Link, secret: str) -> NewLinkOut:
    return NewLinkOut(id=link.id, path=path_of(link.purpose, secret), expires_at=link.expires_at)
