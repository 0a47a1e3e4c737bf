"""Helpers for an installation with password login, called in-process through its middleware."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from chat_app.api.app import build_api
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.services.accounts import invitations, tokens
from chat_app.services.accounts.authentication import authenticate
from chat_app.services.accounts.invitations import sign_up
from chat_app.services.accounts.set_up import issue_set_up_link, set_up_installation
from chat_app.settings.web import WebSettings
from chat_app.web.middleware import build_front

ORIGIN = "http://localhost"
PASSWORD = "a few quiet words"
OWNER = "ada@example.org"


@asynccontextmanager
async def browser_client(site: Path, **settings: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """Open an HTTP client that keeps cookies and sends an `Origin` header, connected to the running application.

    Args:
        site: A folder used as the built page.
        settings: Settings of the middleware.
    """
    front, _ = build_front(build_api(), site=site, settings=WebSettings(**settings))
    transport = httpx.ASGITransport(app=front, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"origin": ORIGIN}) as client:
        yield client


async def set_up_owner() -> Actor:
    """Set up the installation and return its owner."""
    path = await issue_set_up_link()
    assert path is not None
    secret = (await set_up_installation(path.partition("#")[2], name="Ada", email=OWNER, password=PASSWORD)).secret
    return await signed_in(secret)


async def signed_in(cookie: str) -> Actor:
    """Return the actor whom a cookie authenticates."""
    actor = await authenticate(cookie=cookie)
    assert actor is not None
    return actor


async def add_member(owner: Actor, name: str, role: Role) -> tuple[Actor, str]:
    """Invite a person who joins; return the actor and the cookie."""
    invitation = (await invitations.create_invitation(owner, role=role)).secret
    email = f"{name.lower()}@example.org"
    cookie = (await sign_up(invitation, name=name, email=email, password=PASSWORD)).secret
    return await signed_in(cookie), cookie


async def token_of(actor: Actor, scope: Scope) -> str:
    """Create a token and return its secret."""
    return (await tokens.create_token(actor, name=f"a token to {scope}", scope=scope)).secret


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    """Check that a response is this error, in the common format."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code, error
    assert error["message"]
