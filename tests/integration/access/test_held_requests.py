"""A request acts with the rights of the moment in which its body is complete, however long its client holds it back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any

import anyio
import pytest

from chat_app.api.app import build_api
from chat_app.db import logins as stored_logins
from chat_app.db import members as stored_members
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.services.accounts import authentication, logins, members, tokens, workspaces
from chat_app.services.runtime import Runtime
from chat_app.settings.application import Settings
from chat_app.settings.web import WebSettings
from chat_app.web import authentication as web_authentication
from chat_app.web.middleware import build_front
from tests.support.asgi_server import serve_asgi
from tests.support.password_login import PASSWORD, add_member, set_up_owner, signed_in, token_of
from tests.support.raw_connections import RawConnection, connect_raw, wait_for, write_head

pytestmark = pytest.mark.anyio

INVITATION = ("POST", "/v1/invitations", {"role": "admin"})
TOKEN = ("POST", "/v1/tokens", {"name": "kept", "scope": "write"})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login."""
    return settings.model_copy(update={"auth": "password"})


@pytest.fixture
async def url(app: Runtime, tmp_path: Path) -> AsyncIterator[str]:
    """The running application, served with its middleware."""
    web_settings = WebSettings(stop_seconds=1)
    front, _ = build_front(build_api(), site=tmp_path, settings=web_settings)
    async with serve_asgi(front, web_settings) as origin:
        yield origin


@pytest.fixture
async def owner(app: Runtime) -> Actor:
    """The owner of the installation."""
    return await set_up_owner()


class HeldRequest:
    """A request whose last byte is held back.

    Args:
        connection: The connection on which it was sent.
        last: The last byte.
    """

    def __init__(self, connection: RawConnection, last: bytes) -> None:
        self._connection = connection
        self._last = last

    async def complete(self) -> tuple[int, dict[str, Any]]:
        """Send the last byte, unless the response is already there, and return the response."""
        await self._connection.send(self._last)
        return await self._connection.read_response()

    async def read_response(self) -> tuple[int, dict[str, Any]]:
        """Return the response to the incomplete request."""
        return await self._connection.read_response()


Hold = Callable[..., Awaitable[HeldRequest]]


@pytest.fixture
async def hold(app: Runtime, url: str) -> AsyncIterator[Hold]:
    """Sends requests without their last byte, and returns each when the server has authenticated it."""
    async with AsyncExitStack() as stack:

        async def send(request: tuple[str, str, dict[str, Any]], actor: Actor, **headers: str) -> HeldRequest:
            method, path, values = request
            body = json.dumps(values).encode()
            connecting: AbstractAsyncContextManager[RawConnection] = connect_raw(url)
            connection = await stack.enter_async_context(connecting)
            await connection.send(write_head(url, method, path, length=len(body), **headers) + body[:-1])
            await wait_for(lambda: actor.login_id in app.connections.open_logins())
            return HeldRequest(connection, body[-1:])

        yield send


async def sign_in_admin(owner: Actor) -> tuple[Actor, str]:
    """Add an admin; return the actor and the value of the Cookie header."""
    actor, cookie = await add_member(owner, "Ben", Role.ADMIN)
    return actor, f"chat_login={cookie}"


async def test_a_request_whose_rights_did_not_change_is_executed_when_its_last_byte_arrives(
    owner: Actor, hold: Hold
) -> None:
    ben, cookie = await sign_in_admin(owner)
    held = await hold(INVITATION, ben, cookie=cookie)
    status, invitation = await held.complete()
    assert status == 201
    assert invitation["path"]


@pytest.mark.parametrize("request_", [INVITATION, TOKEN], ids=["invitation", "token"])
async def test_the_end_of_a_membership_ends_a_held_request_at_once(
    owner: Actor, hold: Hold, request_: tuple[str, str, dict[str, Any]]
) -> None:
    ben, cookie = await sign_in_admin(owner)
    held = await hold(request_, ben, cookie=cookie)
    await members.remove_member(owner, ben.user_id)
    status, body = await held.read_response()
    assert (status, body["error"]["code"]) == (401, "unauthenticated")
    assert await tokens.list_tokens(ben) == []


async def test_a_sign_out_ends_a_held_request_at_once(owner: Actor, hold: Hold) -> None:
    ben, cookie = await sign_in_admin(owner)
    held = await hold(TOKEN, ben, cookie=cookie)
    await logins.sign_out(ben)
    assert (await held.read_response())[0] == 401
    assert await tokens.list_tokens(ben) == []


async def test_the_revocation_of_a_token_ends_a_held_request_at_once(owner: Actor, hold: Hold) -> None:
    secret = await token_of(owner, Scope.ADMIN)
    actor = await authentication.authenticate(bearer=secret)
    assert actor is not None
    assert actor.login_id is not None
    held = await hold(INVITATION, actor, authorization=f"Bearer {secret}")
    await tokens.revoke_token(owner, actor.login_id)
    assert (await held.read_response())[0] == 401


async def test_a_change_of_the_role_ends_a_held_request_which_can_be_sent_again(owner: Actor, hold: Hold) -> None:
    ben, cookie = await sign_in_admin(owner)
    held = await hold(INVITATION, ben, cookie=cookie)
    await members.change_role(owner, ben.user_id, role=Role.MEMBER)
    status, body = await held.read_response()
    assert (status, body["error"]["code"]) == (409, "access_changed")


async def test_a_request_held_while_its_login_enters_another_workspace_is_not_executed_there(
    owner: Actor, hold: Hold
) -> None:
    ben, cookie = await sign_in_admin(owner)
    other = await workspaces.create_workspace(ben, name="Other")
    held = await hold(TOKEN, ben, cookie=cookie)
    await workspaces.enter_workspace(ben, other.id)
    assert (await held.read_response())[0] == 409
    now_in_other = await signed_in(cookie.partition("=")[2])
    assert await tokens.list_tokens(now_in_other) == []


async def remove_member_elsewhere(app: Runtime, actor: Actor) -> None:
    async with app.db.write() as tx:
        await stored_members.remove(tx, actor.workspace_id, actor.user_id)


async def end_login_elsewhere(app: Runtime, actor: Actor) -> None:
    assert actor.login_id is not None
    async with app.db.write() as tx:
        await stored_logins.remove(tx, actor.login_id)


async def demote_elsewhere(app: Runtime, actor: Actor) -> None:
    async with app.db.write() as tx:
        await stored_members.change_role(tx, actor.workspace_id, actor.user_id, role=Role.MEMBER)


@pytest.mark.parametrize(
    ("change", "status"), [(remove_member_elsewhere, 401), (end_login_elsewhere, 401), (demote_elsewhere, 403)]
)
async def test_what_another_process_changed_applies_to_a_held_request(
    app: Runtime, owner: Actor, hold: Hold, change: Callable[[Runtime, Actor], Awaitable[None]], status: int
) -> None:
    ben, cookie = await sign_in_admin(owner)
    held = await hold(INVITATION, ben, cookie=cookie)
    await change(app, ben)
    assert (await held.complete())[0] == status


async def test_open_connections_end_when_another_process_has_changed_their_rights(app: Runtime, owner: Actor) -> None:
    ben, _ = await sign_in_admin(owner)
    with app.connections.open(ben) as of_ben, app.connections.open(owner) as of_owner:
        await logins.sweep_logins()
        assert not of_ben.ended
        await demote_elsewhere(app, ben)
        await logins.sweep_logins()
        assert of_ben.ended
        assert not of_owner.ended


async def test_a_login_that_ends_while_it_is_looked_up_opens_nothing(
    app: Runtime, url: str, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, cookie = await sign_in_admin(owner)
    looked_up, may_return = anyio.Event(), anyio.Event()
    find_actor = web_authentication.find_actor

    async def find_slowly(scope: Any) -> Actor | None:
        actor = await find_actor(scope)
        if actor is not None:
            looked_up.set()
            await may_return.wait()
        return actor

    monkeypatch.setattr(web_authentication, "find_actor", find_slowly)
    async with connect_raw(url) as connection:
        await connection.send(write_head(url, "GET", "/v1/events", cookie=cookie))
        await looked_up.wait()
        await members.remove_member(owner, ben.user_id)
        may_return.set()
        assert (await connection.read_response())[0] == 401


async def test_the_held_sign_out_of_an_ended_login_does_not_end_other_logins(owner: Actor, url: str) -> None:
    ben, cookie = await sign_in_admin(owner)
    other = await authentication.sign_in(email="ben@example.org", password=PASSWORD)
    body = b'{"everywhere": true}'
    async with connect_raw(url) as connection:
        await connection.send(write_head(url, "POST", "/v1/auth/sign-out", length=len(body), cookie=cookie) + body[:-1])
        await logins.sign_out(ben)
        await connection.send(body[-1:])
        assert (await connection.read_response())[0] == 204
    assert await authentication.authenticate(cookie=other.secret) is not None
