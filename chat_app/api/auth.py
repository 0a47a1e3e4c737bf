"""`/v1/auth`: how one signs in. These addresses need nobody; what they give is the login's cookie."""

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
from chat_app.domain.accounts import Login
from chat_app.domain.actor import Actor
from chat_app.services.accounts import authentication, invitations, logins, one_time_links, password_reset
from chat_app.services.accounts.account import get_account
from chat_app.services.accounts.set_up import needs_set_up, set_up_installation
from chat_app.services.runtime import current
from chat_app.web.authentication import cookie_name, find_actor
from chat_app.web.client_address import known_client

router = APIRouter(prefix="/v1/auth", tags=["signing in"])


async def _anybody(request: Request) -> Actor | None:
    return await find_actor(request.scope)


Anybody = Annotated[Actor | None, Depends(_anybody)]


@router.get("")
async def auth_state(actor: Anybody) -> AuthState:
    """Say how one signs in, and whether one is signed in."""
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
    """Sign in with a password."""
    started = await authentication.sign_in(
        email=body.email,
        password=body.password,
        client=browser_name(request),
        address=known_client(request.scope).address,
    )
    return await _signed_in(request, response, started)


@router.post("/links")
async def look_at_link(body: LinkSecret) -> LinkOut:
    """Say what a link is for; its secret comes in the body, so that no log has it."""
    return LinkOut.model_validate(await one_time_links.look_at_link(body.secret))


@router.post("/set-up")
async def set_up(request: Request, response: Response, body: NewAccount) -> SignedIn:
    """Become the owner of a program that nobody can sign in to yet."""
    started = await set_up_installation(
        body.secret, name=body.name, email=body.email, password=body.password, client=browser_name(request)
    )
    return await _signed_in(request, response, started)


@router.post("/join")
async def join(request: Request, response: Response, body: NewAccount) -> SignedIn:
    """Make an account and join a workspace by an invitation."""
    started = await invitations.join_as_new(
        body.secret, name=body.name, email=body.email, password=body.password, client=browser_name(request)
    )
    return await _signed_in(request, response, started)


@router.post("/reset")
async def reset(request: Request, response: Response, body: NewPassword) -> SignedIn:
    """Choose a new password by a link."""
    started = await password_reset.choose_new_password(
        body.secret, password=body.password, client=browser_name(request)
    )
    return await _signed_in(request, response, started)


@router.post("/sign-out", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(request: Request, actor: Anybody, body: SignOut) -> Response:
    """End this login, or all of one's logins."""
    if actor is not None:
        await logins.sign_out(actor, everywhere=body.everywhere)
    answer = Response(status_code=status.HTTP_204_NO_CONTENT)
    https = _is_https(request)
    answer.delete_cookie(cookie_name(https=https), path="/", secure=https, httponly=True, samesite="lax")
    return answer


def set_login(request: Request, response: Response, started: tuple[Login, str]) -> None:
    """Give the browser its login.

    Args:
        request: What it asked.
        response: What it gets.
        started: The login and its secret.
    """
    login, secret = started
    https = _is_https(request)
    response.set_cookie(
        cookie_name(https=https),
        secret,
        max_age=int((login.expires_at - login.created_at).total_seconds()),
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
    )


async def _signed_in(request: Request, response: Response, started: tuple[Login, str]) -> SignedIn:
    set_login(request, response, started)
    return SignedIn(user=PersonOut.model_validate(await get_account(started[0].user_id)))


def browser_name(request: Request) -> str:
    """Return what a browser calls itself."""
    return request.headers.get("user-agent", "")


def _is_https(request: Request) -> bool:
    return known_client(request.scope).https
