"""Routes of a person's own account: `/v1/me`, `/v1/workspaces`, `/v1/tokens`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response, status

from chat_app.api.actor import CurrentActor
from chat_app.api.auth import set_login
from chat_app.api.auth_schemas import (
    LinkSecret,
    LoginOut,
    Me,
    NameChange,
    NewToken,
    NewTokenOut,
    PasswordChange,
    PersonOut,
    PreferencesChange,
    RevokedTokens,
    TokenOut,
    WorkspaceOut,
)
from chat_app.api.browsers import place_of, set_device
from chat_app.api.schemas import Page
from chat_app.domain.actor import Role
from chat_app.domain.ids import Id
from chat_app.domain.preferences import Preferences
from chat_app.services.accounts import account, logins, preferences, tokens, workspaces
from chat_app.services.accounts.invitations import accept_invitation
from chat_app.services.runtime import current

router = APIRouter(prefix="/v1", tags=["account"])


@router.get("/me")
async def me(actor: CurrentActor) -> Me:
    """Show your account, your workspaces and your rights."""
    memberships = [
        WorkspaceOut(id=membership.workspace.id, name=membership.workspace.name, role=membership.role)
        for membership in await workspaces.list_workspaces(actor)
    ]
    workspace = next(membership for membership in memberships if membership.id == actor.workspace_id)
    return Me(
        user=PersonOut(id=actor.user_id, name=actor.name, email=actor.email),
        workspace=workspace,
        workspaces=memberships,
        role=actor.role,
        scope=actor.scope,
        tokens=await tokens.count_all_tokens(actor),
        mode=current().settings.auth,
    )


@router.patch("/me", status_code=status.HTTP_204_NO_CONTENT)
async def change_me(actor: CurrentActor, body: NameChange) -> Response:
    """Change your name."""
    await account.rename_account(actor, name=body.name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/me/preferences")
async def show_preferences(actor: CurrentActor) -> Preferences:
    """Show your preferences."""
    return await preferences.get_preferences(actor)


@router.patch("/me/preferences")
async def change_preferences(actor: CurrentActor, body: PreferencesChange) -> Preferences:
    """Change some of your preferences and return all of them."""
    return await preferences.update_preferences(actor, body.model_dump(exclude_unset=True))


@router.post("/me/password", status_code=status.HTTP_204_NO_CONTENT)
async def change_password(request: Request, actor: CurrentActor, body: PasswordChange) -> Response:
    """Change your password. All your logins end, and this browser gets a new login cookie."""
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    issued = await account.change_password(
        actor, old=body.old, new=body.new, revoke_tokens=body.revoke_tokens, place=place_of(request)
    )
    set_login(request, response, issued)
    set_device(request, response, issued.device)
    return response


@router.get("/me/logins")
async def list_logins(actor: CurrentActor) -> Page[LoginOut]:
    """List the browsers in which you are signed in."""
    items = [LoginOut.of(login, current=login.id == actor.login_id) for login in await logins.list_logins(actor)]
    return Page(items=items, next_cursor=None)


@router.post("/workspaces", status_code=status.HTTP_201_CREATED)
async def create_workspace(actor: CurrentActor, body: NameChange) -> WorkspaceOut:
    """Create a workspace, whose owner you are."""
    workspace = await workspaces.create_workspace(actor, name=body.name)
    return WorkspaceOut(id=workspace.id, name=workspace.name, role=Role.OWNER)


@router.post("/workspaces/join")
async def join_workspace(actor: CurrentActor, body: LinkSecret) -> dict[str, str]:
    """Join a workspace with an invitation and your existing account."""
    return {"workspace_id": await accept_invitation(actor, body.secret)}


@router.post("/workspaces/{workspace_id}/enter", status_code=status.HTTP_204_NO_CONTENT)
async def enter_workspace(actor: CurrentActor, workspace_id: Id) -> Response:
    """Switch this browser to another of your workspaces."""
    await workspaces.enter_workspace(actor, workspace_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/tokens")
async def list_tokens(actor: CurrentActor) -> Page[TokenOut]:
    """List your API tokens in this workspace."""
    return Page(items=[TokenOut.of(token) for token in await tokens.list_tokens(actor)], next_cursor=None)


@router.post("/tokens", status_code=status.HTTP_201_CREATED)
async def create_token(actor: CurrentActor, body: NewToken) -> NewTokenOut:
    """Create an API token. Only this response contains its secret."""
    issued = await tokens.create_token(actor, name=body.name, scope=body.scope, days=body.days)
    return NewTokenOut(**TokenOut.of(issued.value).model_dump(), secret=issued.secret)


@router.post("/tokens/revoke-all")
async def revoke_all_tokens(actor: CurrentActor) -> RevokedTokens:
    """Revoke your API tokens in all your workspaces, including the token of this request."""
    return RevokedTokens(revoked=await tokens.revoke_all_tokens(actor))


@router.delete("/me/token", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_own_token(actor: CurrentActor) -> Response:
    """Revoke the API token of this request."""
    await tokens.revoke_own_token(actor)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete("/tokens/{token_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_token(actor: CurrentActor, token_id: Id) -> Response:
    """Revoke an API token."""
    await tokens.revoke_token(actor, token_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
