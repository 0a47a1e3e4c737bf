"""Tokens after a new password: they stay valid, and the person can revoke all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from chat_app.db import logins as login_rows
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.services import audit
from chat_app.services.accounts import password_reset, tokens, workspaces
from chat_app.services.accounts.authentication import authenticate
from chat_app.services.accounts.one_time_links import describe_link
from chat_app.services.accounts.recovery import create_reset_path
from chat_app.services.runtime import Runtime
from chat_app.settings.application import Settings
from tests.support.password_login import (
    PASSWORD,
    add_member,
    assert_error,
    browser_client,
    set_up_owner,
    signed_in,
    token_of,
)

pytestmark = pytest.mark.anyio

NEW_PASSWORD = "other quiet words"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login."""
    return settings.model_copy(update={"auth": "password"})


@pytest.fixture
async def page(app: Runtime, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the running application."""
    async with browser_client(tmp_path) as client:
        yield client


async def person_with_tokens() -> tuple[Actor, list[str]]:
    """Return a person with a token in each of two workspaces, and the secrets."""
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    own = await workspaces.create_workspace(ben, name="Ben's own")
    there = ben.model_copy(update={"workspace_id": own.id, "role": Role.OWNER})
    # Another person's token, on which nothing has an effect.
    await token_of(owner, Scope.READ)
    return ben, [await token_of(ben, Scope.WRITE), await token_of(there, Scope.ADMIN)]


async def valid(secrets: list[str]) -> list[bool]:
    """Return which tokens authenticate."""
    return [await authenticate(bearer=secret) is not None for secret in secrets]


async def sign_in(page: httpx.AsyncClient) -> None:
    answer = await page.post("/v1/auth/sign-in", json={"email": "ben@example.org", "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("revokes", [False, True])
async def test_a_new_password_revokes_tokens_only_when_asked_to(page: httpx.AsyncClient, revokes: bool) -> None:
    _, secrets = await person_with_tokens()
    await sign_in(page)
    assert (await page.get("/v1/me")).json()["tokens"] == 2
    body = {"old": PASSWORD, "new": NEW_PASSWORD, **({"revoke_tokens": True} if revokes else {})}
    assert (await page.post("/v1/me/password", json=body)).status_code == 204
    assert await valid(secrets) == [not revokes] * 2
    assert (await page.get("/v1/me")).json()["tokens"] == (0 if revokes else 2)


@pytest.mark.parametrize("revokes", [False, True])
async def test_a_reset_revokes_tokens_only_when_asked_to(page: httpx.AsyncClient, app: Runtime, revokes: bool) -> None:
    _, secrets = await person_with_tokens()
    secret = (await create_reset_path(app.settings, "ben@example.org")).partition("#")[2]
    assert (await page.post("/v1/auth/links", json={"secret": secret})).json()["tokens"] == 2
    body = {"secret": secret, "password": NEW_PASSWORD, **({"revoke_tokens": True} if revokes else {})}
    actor = await authenticate(bearer=secrets[0])
    assert actor is not None
    with app.connections.open(actor) as connection:
        assert (await page.post("/v1/auth/reset", json=body)).status_code == 200
        assert connection.ended == revokes
    assert await valid(secrets) == [not revokes] * 2


async def test_all_tokens_are_revoked_in_all_workspaces_and_recorded_there(
    page: httpx.AsyncClient, app: Runtime
) -> None:
    ben, secrets = await person_with_tokens()
    other = await authenticate(bearer=secrets[1])
    assert other is not None
    refused = await page.post("/v1/tokens/revoke-all", headers={"authorization": f"Bearer {secrets[0]}"})
    assert_error(refused, 403, "forbidden")
    await sign_in(page)
    with app.connections.open(other) as connection:
        assert (await page.post("/v1/tokens/revoke-all")).json() == {"revoked": 2}
        assert connection.ended
    assert await valid(secrets) == [False, False]
    assert (await page.get("/v1/me")).status_code == 200
    assert (await page.post("/v1/tokens/revoke-all")).json() == {"revoked": 0}
    for workspace_id in (ben.workspace_id, other.workspace_id):
        reader = ben.model_copy(update={"workspace_id": workspace_id, "role": Role.OWNER})
        entries = (await audit.list_entries(reader)).items
        assert [entry.type for entry in entries].count("token.revoked") == 1
    remaining = await tokens.list_tokens(await new_login_of_owner(app))
    assert len(remaining) == 1


async def new_login_of_owner(app: Runtime) -> Actor:
    """Return the owner, with a new login."""
    path = await create_reset_path(app.settings, "ada@example.org")
    return await signed_in((await password_reset.reset_password(path.partition("#")[2], password=PASSWORD)).secret)


async def test_the_command_line_revokes_tokens_when_it_creates_a_reset_link(app: Runtime) -> None:
    _, secrets = await person_with_tokens()
    path = await create_reset_path(app.settings, "ben@example.org", revoke_tokens=True)
    assert await valid(secrets) == [False, False]
    assert (await describe_link(path.partition("#")[2])).tokens == 0


async def test_a_token_signs_its_person_out_everywhere_only_with_the_scope_admin(
    page: httpx.AsyncClient, app: Runtime
) -> None:
    owner = await set_up_owner()
    for scope, status in ((Scope.READ, 403), (Scope.WRITE, 403), (Scope.ADMIN, 204)):
        headers = {"authorization": f"Bearer {await token_of(owner, scope)}"}
        here = await page.post("/v1/auth/sign-out", json={}, headers=headers)
        assert_error(here, 403, "forbidden")
        everywhere = await page.post("/v1/auth/sign-out", json={"everywhere": True}, headers=headers)
        assert everywhere.status_code == status
        async with app.db.read() as tx:
            remaining = await login_rows.all_of(tx, owner.user_id)
        assert bool(remaining) == (status == 403)
