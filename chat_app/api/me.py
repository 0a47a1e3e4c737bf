"""`/v1/me`, `/v1/workspaces`, `/v1/tokens`: what is a person's own."""

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
    TokenOut,
    WorkspaceOut,
)
from chat_app.api.schemas import Page
from chat_app.domain.ids import Id
from chat_app.domain.preferences import Preferences
from chat_app.services.accounts import account, logins, preferences, tokens, workspaces
from chat_app.services.accounts.invitations import join
from chat_app.services.runtime import current

router = APIRouter(prefix="/v1", tags=["people"])


@router.get("/me")
async def me(actor: CurrentActor) -> Me:
    """Say who one is, and where."""
    memberships = [
        WorkspaceOut(id=each.workspace.id, name=each.workspace.name, role=each.role)
        for each in await workspaces.list_workspaces(actor)
    ]
    here = next(each for each in memberships if each.id == actor.workspace_id)
    return Me(
        user=PersonOut(id=actor.user_id, name=actor.name, email=actor.email),
        workspace=here,
        workspaces=memberships,
        role=actor.role,
        scope=actor.scope,
        mode=current().settings.auth,
    )


@router.patch("/me", status_code=status.HTTP_204_NO_CONTENT)
async def change_me(actor: CurrentActor, body: NameChange) -> Response:
    """Take another name."""
    await account.rename_account(actor, name=body.name)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/me/preferences")
async def show_preferences(actor: CurrentActor) -> Preferences:
    """Say what one prefers."""
    return await preferences.preferences_of(actor)


@router.patch("/me/preferences")
async def change_preferences(actor: CurrentActor, body: PreferencesChange) -> Preferences:
    """Prefer something else; what is not named stays as it is."""
    return await preferences.change_preferences(actor, body.model_dump(exclude_unset=True))


@router.post("/me/password", status_code=status.HTTP_204_NO_CONTENT)
async def change_password(request: Request, actor: CurrentActor, body: PasswordChange) -> Response:
    """Choose another password; every other login ends, and this one goes on with a new cookie."""
    answer = Response(status_code=status.HTTP_204_NO_CONTENT)
    browser = request.headers.get("user-agent", "")
    set_login(request, answer, await account.change_password(actor, old=body.old, new=body.new, client=browser))
    return answer


@router.get("/me/logins")
async def list_logins(actor: CurrentActor) -> Page[LoginOut]:
    """List the browsers that one is signed in with."""
    found = await logins.list_logins(actor)
    return Page(items=[LoginOut.of(each, current=each.id == actor.login_id) for each in found], next_cursor=None)


@router.post("/workspaces", status_code=status.HTTP_201_CREATED)
async def create_workspace(actor: CurrentActor, body: NameChange) -> WorkspaceOut:
    """Make a workspace of one's own."""
    made = await workspaces.create_workspace(actor, name=body.name)
    return WorkspaceOut(id=made.id, name=made.name, role=actor.role.OWNER)


@router.post("/workspaces/join")
async def join_workspace(actor: CurrentActor, body: LinkSecret) -> dict[str, str]:
    """Join a workspace by an invitation, as who one is."""
    return {"workspace_id": await join(actor, body.secret)}


@router.post("/workspaces/{workspace_id}/enter", status_code=status.HTTP_204_NO_CONTENT)
async def enter_workspace(actor: CurrentActor, workspace_id: Id) -> Response:
    """Act in another workspace from now on, in this browser."""
    await workspaces.enter_workspace(actor, workspace_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/tokens")
async def list_tokens(actor: CurrentActor) -> Page[TokenOut]:
    """List one's tokens."""
    return Page(items=[TokenOut.of(token) for token in await tokens.list_tokens(actor)], next_cursor=None)


@router.post("/tokens", status_code=status.HTTP_201_CREATED)
async def make_token(actor: CurrentActor, body: NewToken) -> NewTokenOut:
    """Make a token; its secret is in this answer and nowhere else."""
    token, secret = await tokens.make_token(actor, name=body.name, scope=body.scope, days=body.days)
    return NewTokenOut(**TokenOut.of(token).model_dump(), secret=secret)


@router.delete("/me/token", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_own_token(actor: CurrentActor) -> Response:
    """End the token by which one came in."""
    await tokens.revoke_own_token(actor)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.delete("/tokens/{token_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_token(actor: CurrentActor, token_id: Id) -> Response:
    """End a token."""
    await tokens.revoke_token(actor, token_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
