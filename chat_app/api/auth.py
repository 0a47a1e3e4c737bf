"""Routes that sign people in and out: `/v1/auth`. They are public, and set the login cookie."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status

from chat_app.api.auth_schemas import (
    AuthState,
    LinkOut,
    LinkSecret,
    NewAccount,
    NewPassword,
    PersonOut,
    SignedIn,
    SignIn,
    SignOut,
)
from chat_app.api.browsers import place_of, set_device
from chat_app.domain.accounts import Login
from chat_app.domain.actor import Actor
from chat_app.services.accounts import authentication, invitations, logins, one_time_links, password_reset
from chat_app.services.accounts.account import get_account
from chat_app.services.accounts.places import StartedLogin
from chat_app.services.accounts.set_up import needs_set_up, set_up_installation
from chat_app.services.runtime import current
from chat_app.services.secrets.hashed_secrets import Issued
from chat_app.web.authentication import cookie_name, find_actor
from chat_app.web.client_address import get_client

router = APIRouter(prefix="/v1/auth", tags=["authentication"])


async def _optional_actor(request: Request) -> Actor | None:
    return await find_actor(request.scope)


OptionalActor = Annotated[Actor | None, Depends(_optional_actor)]


@router.get("")
async def auth_state(actor: OptionalActor) -> AuthState:
    """Show how people sign in on this server, and whether you are signed in."""
    mode = current().settings.auth
    provider = current().provider
    return AuthState(
        mode=mode,
        signed_in=actor is not None,
        needs_set_up=mode == "password" and await needs_set_up(),
        provider=provider.name if provider is not None else None,
    )


@router.post("/sign-in")
async def sign_in(request: Request, response: Response, body: SignIn) -> SignedIn:
    """Sign in with an e-mail address and a password."""
    issued = await authentication.sign_in(email=body.email, password=body.password, place=place_of(request))
    return await _signed_in(request, response, issued)


@router.post("/links")
async def describe_link(request: Request, body: LinkSecret) -> LinkOut:
    """Show what a one-time link is for. Its secret is in the body, so that no log contains it."""
    address = get_client(request.scope).address
    return LinkOut.model_validate(await one_time_links.describe_link(body.secret, address=address))


@router.post("/set-up")
async def set_up(request: Request, response: Response, body: NewAccount) -> SignedIn:
    """Set up a new installation: create the account of its owner with the link for set-up."""
    issued = await set_up_installation(
        body.secret, name=body.name, email=body.email, password=body.password, place=place_of(request)
    )
    return await _signed_in(request, response, issued)


@router.post("/join")
async def join(request: Request, response: Response, body: NewAccount) -> SignedIn:
    """Create an account and join a workspace with an invitation."""
    issued = await invitations.sign_up(
        body.secret, name=body.name, email=body.email, password=body.password, place=place_of(request)
    )
    return await _signed_in(request, response, issued)


@router.post("/reset")
async def reset(request: Request, response: Response, body: NewPassword) -> SignedIn:
    """Choose a new password with a reset link."""
    issued = await password_reset.reset_password(
        body.secret, password=body.password, revoke_tokens=body.revoke_tokens, place=place_of(request)
    )
    return await _signed_in(request, response, issued)


@router.post("/sign-out", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(request: Request, actor: OptionalActor, body: SignOut) -> Response:
    """Sign out in this browser, or everywhere. A token signs its person out everywhere only, with the scope `admin`."""
    if actor is not None:
        await logins.sign_out(actor, everywhere=body.everywhere)
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    https = _is_https(request)
    response.delete_cookie(cookie_name(https=https), path="/", secure=https, httponly=True, samesite="lax")
    return response


def set_login(request: Request, response: Response, issued: Issued[Login]) -> None:
    """Set the login cookie.

    Args:
        request: The request of the browser.
        response: The response to it.
        issued: The new login and its secret.
    """
    login = issued.value
    https = _is_https(request)
    response.set_cookie(
        cookie_name(https=https),
        issued.secret,
        max_age=int((login.expires_at - login.created_at).total_seconds()),
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
    )


async def _signed_in(request: Request, response: Response, issued: StartedLogin) -> SignedIn:
    set_login(request, response, issued)
    set_device(request, response, issued.device)
    return SignedIn(user=PersonOut.model_validate(await get_account(issued.value.user_id)))


def _is_https(request: Request) -> bool:
    return get_client(request.scope).https
