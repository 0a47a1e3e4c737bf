"""Sign-in with a password: set-up, logins, tokens, one-time links and their expiry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from chat_app.db.tables import SQLModel
from chat_app.domain.actor import LOCAL_OWNER, Role, Scope
from chat_app.domain.errors import Forbidden, NotFound, Unauthenticated
from chat_app.services import runtime
from chat_app.services.accounts import (
    authentication,
    invitations,
    logins,
    members,
    one_time_links,
    password_reset,
    tokens,
    workspaces,
)
from chat_app.services.accounts.invitations import sign_up
from chat_app.services.accounts.one_time_links import describe_link
from chat_app.services.accounts.recovery import create_reset_path
from chat_app.services.accounts.set_up import issue_set_up_link
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.commands import create_session
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.agents import ECHO
from tests.support.password_login import (
    ORIGIN,
    OWNER,
    PASSWORD,
    add_member,
    assert_error,
    browser_client,
    set_up_owner,
    signed_in,
    token_of,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login."""
    return settings.model_copy(update={"auth": "password"})


@pytest.fixture
async def page(app: Runtime, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the running application."""
    async with browser_client(tmp_path) as client:
        yield client


async def sign_in(page: httpx.AsyncClient, *, email: str = OWNER, password: str = PASSWORD) -> httpx.Response:
    return await page.post("/v1/auth/sign-in", json={"email": email, "password": password})


async def later(monkeypatch: pytest.MonkeyPatch, **delta: float) -> None:
    """Move the clock of logins, tokens and links."""
    at = runtime.now() + timedelta(**delta)
    for module in (authentication, invitations, logins, members, one_time_links, tokens):
        monkeypatch.setattr(module, "now", lambda: at)


async def test_the_first_owner_signs_up_with_a_one_time_set_up_link(page: httpx.AsyncClient) -> None:
    assert (await page.get("/v1/auth")).json() == {
        "mode": "password",
        "signed_in": False,
        "needs_set_up": True,
        "provider": None,
    }
    earlier, path = await issue_set_up_link(), await issue_set_up_link()
    assert earlier is not None
    assert path is not None
    body = {"name": "Ada", "email": " Ada@Example.org ", "password": PASSWORD}
    gone = await page.post("/v1/auth/set-up", json={**body, "secret": earlier.partition("#")[2]})
    assert_error(gone, 404, "link_gone")
    secret = path.partition("#")[2]
    assert (await page.post("/v1/auth/links", json={"secret": secret})).json()["purpose"] == "set_up"
    made = await page.post("/v1/auth/set-up", json={**body, "secret": secret})
    assert made.json() == {"user": {"id": LOCAL_OWNER.user_id, "name": "Ada", "email": OWNER}}
    assert_error(await page.post("/v1/auth/set-up", json={**body, "secret": secret}), 404, "link_gone")
    me = (await page.get("/v1/me")).json()
    assert (me["user"]["email"], me["role"], me["workspace"]["id"]) == (OWNER, "owner", LOCAL_OWNER.workspace_id)
    assert await issue_set_up_link() is None
    assert (await page.get("/v1/auth")).json()["needs_set_up"] is False


async def test_without_a_login_requests_act_as_the_local_owner_and_no_set_up_is_needed(
    settings: Settings, tmp_path: Path
) -> None:
    async with running(settings.model_copy(update={"auth": "none"})), browser_client(tmp_path) as page:
        assert await issue_set_up_link() is None
        assert (await page.get("/v1/auth")).json()["mode"] == "none"
        assert (await page.get("/v1/me")).json()["user"]["id"] == LOCAL_OWNER.user_id
        assert (await page.get("/chat/echo", headers={"accept": "text/html"})).status_code == 404


async def test_signing_in_sets_an_http_only_cookie(page: httpx.AsyncClient) -> None:
    await set_up_owner()
    answer = await sign_in(page, email="ADA@example.org")
    assert answer.status_code == 200
    cookie, _ = answer.headers.get_list("set-cookie")
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= words
    assert "secure" not in words
    assert (await page.get("/v1/me")).status_code == 200


async def test_over_https_the_login_cookie_is_secure_and_bound_to_the_host(app: Runtime, tmp_path: Path) -> None:
    await set_up_owner()
    async with browser_client(tmp_path, proxy_hops=1) as page:
        page.headers["x-forwarded-proto"] = "https"
        answer = await sign_in(page)
        cookie, device = answer.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-chat_login=")
        assert device.startswith("__Host-chat_device=")
        assert "secure" in device.lower()
        assert "secure" in cookie.lower()
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        secret = cookie.partition("=")[2].partition(";")[0]
        page.cookies.clear()
        assert (await page.get("/v1/me", headers={"cookie": f"__Host-chat_login={secret}"})).status_code == 200
        # The name that http uses is not taken over https: another page on the host could have set it.
        assert (await page.get("/v1/me", headers={"cookie": f"chat_login={secret}"})).status_code == 401


async def test_headers_of_an_unconfigured_proxy_are_ignored(page: httpx.AsyncClient) -> None:
    await set_up_owner()
    answer = await page.post(
        "/v1/auth/sign-in", json={"email": OWNER, "password": PASSWORD}, headers={"x-forwarded-proto": "https"}
    )
    assert "secure" not in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("email", "password"), [(OWNER, "another password"), ("nobody@example.org", PASSWORD), (OWNER, "")]
)
async def test_wrong_credentials_are_refused_without_saying_which_part_is_wrong(
    page: httpx.AsyncClient, email: str, password: str
) -> None:
    await set_up_owner()
    answer = await sign_in(page, email=email, password=password)
    assert_error(answer, 401, "wrong_password")
    assert answer.json()["error"]["message"] == "Incorrect e-mail address or password."
    assert "set-cookie" not in answer.headers


async def test_every_sign_in_creates_a_separate_login(page: httpx.AsyncClient) -> None:
    await set_up_owner()
    first = (await sign_in(page)).cookies["chat_login"]
    second = (await sign_in(page)).cookies["chat_login"]
    assert first != second
    listed = (await page.get("/v1/me/logins")).json()["items"]
    assert [each["current"] for each in listed] == [True, False, False]


async def test_signing_out_ends_this_login_and_signing_out_everywhere_ends_all(page: httpx.AsyncClient) -> None:
    await set_up_owner()
    first = (await sign_in(page)).cookies["chat_login"]
    second = (await sign_in(page)).cookies["chat_login"]
    assert (await page.post("/v1/auth/sign-out", json={})).status_code == 204
    assert await authentication.authenticate(cookie=second) is None
    assert await authentication.authenticate(cookie=first) is not None
    page.cookies.set("chat_login", first)
    assert (await page.post("/v1/auth/sign-out", json={"everywhere": True})).status_code == 204
    assert await authentication.authenticate(cookie=first) is None
    assert_error(await page.get("/v1/me"), 401, "unauthenticated")


async def test_a_login_expires_when_idle_and_after_its_maximum_age(
    app: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_up_owner()
    cookie = (await authentication.sign_in(email=OWNER, password=PASSWORD)).secret
    with monkeypatch.context() as passing:
        await later(passing, days=settings.login_idle_days, seconds=-60)
        assert await authentication.authenticate(cookie=cookie) is not None
        await later(passing, days=settings.login_idle_days, seconds=60)
        assert await authentication.authenticate(cookie=cookie) is None
    actor = await signed_in(cookie)
    for day in range(10, settings.login_days, 10):
        with monkeypatch.context() as passing:
            await later(passing, days=day)
            assert await authentication.authenticate(cookie=cookie) is not None
            with app.connections.open(actor):
                await logins.sweep_logins()
    with monkeypatch.context() as passing:
        await later(passing, days=settings.login_days, seconds=60)
        assert await authentication.authenticate(cookie=cookie) is None


async def test_connections_of_an_expired_login_are_closed(app: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    await set_up_owner()
    cookie = (await authentication.sign_in(email=OWNER, password=PASSWORD)).secret
    actor = await signed_in(cookie)
    with app.connections.open(actor) as connection:
        connection.used = False
        await logins.sweep_logins()
        assert app.connections.actor_of(connection.id) == actor
        await later(monkeypatch, days=app.settings.login_idle_days, seconds=60)
        await logins.sweep_logins()
        assert connection.ended
        with pytest.raises(Unauthenticated):
            app.connections.actor_of(connection.id)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": ORIGIN}, 201),
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, 201),
        ({}, 403),
        ({"origin": "http://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
async def test_a_cookie_permits_writes_from_the_same_origin_only(
    page: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    await set_up_owner()
    await sign_in(page)
    del page.headers["origin"]
    answer = await page.post("/v1/chat", json={"agent_key": ECHO}, headers=headers)
    assert answer.status_code == status, answer.text
    listed = (await page.get("/v1/chat")).json()["items"]
    assert len(listed) == (status == 201)


async def test_an_unauthenticated_page_request_redirects_to_sign_in_and_keeps_the_address(
    page: httpx.AsyncClient,
) -> None:
    address = "/chat/echo?session=ses_1&message=m%26n"
    answer = await page.get(address, headers={"accept": "text/html,*/*"})
    assert answer.status_code == 303
    assert httpx.URL(answer.headers["location"]).params["next"] == address
    for path in ("/sign-in", "/set-up", "/join", "/reset", "/assets/app.js"):
        assert (await page.get(path, headers={"accept": "text/html"})).status_code == 404, path
    assert_error(await page.get("/v1/chat"), 401, "unauthenticated")
    assert_error(await page.get("/v1/nothing/here"), 401, "unauthenticated")


async def test_a_token_permits_only_what_its_scope_allows(page: httpx.AsyncClient) -> None:
    owner = await set_up_owner()
    made = await create_session(owner, agent_key=ECHO)
    del page.headers["origin"]
    allowed = {Scope.READ: (200, 403, 403), Scope.WRITE: (200, 201, 403), Scope.ADMIN: (200, 201, 201)}
    for scope, statuses in allowed.items():
        headers = {"authorization": f"Bearer {await token_of(owner, scope)}"}
        read = await page.get(f"/v1/chat/{made.id}", headers=headers)
        written = await page.post("/v1/chat", json={"agent_key": ECHO}, headers=headers)
        managed = await page.post("/v1/invitations", json={}, headers=headers)
        assert (read.status_code, written.status_code, managed.status_code) == statuses, scope
    assert_error(await page.get("/v1/me", headers={"authorization": "Bearer cst_nothing"}), 401, "unauthenticated")


async def test_a_revoked_or_expired_token_is_refused(app: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await set_up_owner()
    issued = await tokens.create_token(owner, name="a", scope=Scope.READ, days=1)
    token, secret = issued.value, issued.secret
    forever = (await tokens.create_token(owner, name="b", scope=Scope.READ, days=None)).secret
    actor = await authentication.authenticate(bearer=secret)
    assert actor is not None
    with app.connections.open(actor) as connection:
        await tokens.revoke_token(owner, token.id)
        assert connection.ended
    assert await authentication.authenticate(bearer=secret) is None
    with pytest.raises(NotFound):
        await tokens.revoke_token(owner, token.id)
    short = (await tokens.create_token(owner, name="c", scope=Scope.READ, days=1)).secret
    await later(monkeypatch, days=1, seconds=1)
    assert await authentication.authenticate(bearer=short) is None
    assert await authentication.authenticate(bearer=forever) is not None


async def test_no_secret_is_stored_in_clear_text(app: Runtime) -> None:
    owner = await set_up_owner()
    cookie = (await authentication.sign_in(email=OWNER, password=PASSWORD)).secret
    token = (await tokens.create_token(owner, name="a", scope=Scope.READ)).secret
    invitation = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    reset = (await password_reset.create_reset_link(owner, owner.user_id)).secret
    async with app.db.read() as tx:
        connection = await tx.session.connection()
        kept = "".join(
            [
                repr(row)
                for table in SQLModel.metadata.sorted_tables
                for row in (await connection.execute(text(f'SELECT * FROM "{table.name}"'))).all()
            ]
        )
    for secret in (PASSWORD, cookie, token, invitation, reset):
        assert secret not in kept
    assert "$argon2id$" in kept


async def test_a_new_password_ends_every_other_login(page: httpx.AsyncClient) -> None:
    await set_up_owner()
    elsewhere = (await authentication.sign_in(email=OWNER, password=PASSWORD)).secret
    await sign_in(page)
    wrong = await page.post("/v1/me/password", json={"old": "not it", "new": "other quiet words"})
    assert_error(wrong, 401, "wrong_password")
    short = await page.post("/v1/me/password", json={"old": PASSWORD, "new": "short"})
    assert_error(short, 422, "invalid_password")
    assert await authentication.authenticate(cookie=elsewhere) is not None
    before = page.cookies["chat_login"]
    changed = await page.post("/v1/me/password", json={"old": PASSWORD, "new": "other quiet words"})
    assert changed.status_code == 204
    assert await authentication.authenticate(cookie=elsewhere) is None
    assert await authentication.authenticate(cookie=before) is None
    assert (await page.get("/v1/me")).status_code == 200
    assert_error(await sign_in(page), 401, "wrong_password")


async def test_a_reset_link_from_an_owner_sets_a_new_password_once(page: httpx.AsyncClient) -> None:
    owner = await set_up_owner()
    ben, cookie = await add_member(owner, "Ben", Role.MEMBER)
    with pytest.raises(Forbidden):
        await password_reset.create_reset_link(ben, owner.user_id)
    secret = (await password_reset.create_reset_link(owner, ben.user_id)).secret
    looked = (await page.post("/v1/auth/links", json={"secret": secret})).json()
    assert (looked["purpose"], looked["email"]) == ("reset", "ben@example.org")
    assert (await page.post("/v1/auth/reset", json={"secret": secret, "password": "new words here"})).status_code == 200
    assert (await page.get("/v1/me")).json()["user"]["name"] == "Ben"
    assert await authentication.authenticate(cookie=cookie) is None
    again = await page.post("/v1/auth/reset", json={"secret": secret, "password": "new words here"})
    assert_error(again, 404, "link_gone")


async def test_an_owner_cannot_reset_the_password_of_a_member_of_another_workspace(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    await workspaces.create_workspace(ben, name="Ben's own")
    with pytest.raises(Forbidden):
        await password_reset.create_reset_link(owner, ben.user_id)
    path = await create_reset_path(app.settings, "ben@example.org")
    assert (await describe_link(path.partition("#")[2])).email == "ben@example.org"


async def test_concurrent_sign_ups_use_an_invitation_once(app: Runtime) -> None:
    owner = await set_up_owner()
    secret = (await invitations.create_invitation(owner, role=Role.VIEWER)).secret

    async def join(name: str) -> bool:
        try:
            await sign_up(secret, name=name, email=f"{name}@example.org", password=PASSWORD)
        except NotFound:
            return False
        return True

    assert sorted(await asyncio.gather(*(join(f"guest{number}") for number in range(4)))) == [False] * 3 + [True]
    assert len(await members.list_members(owner)) == 2


async def test_revoked_and_expired_invitations_are_refused(app: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await set_up_owner()
    issued = await invitations.create_invitation(owner, role=Role.MEMBER, days=1)
    revoked, first = issued.value, issued.secret
    second = (await invitations.create_invitation(owner, role=Role.MEMBER, days=1)).secret
    await invitations.revoke_invitation(owner, revoked.id)
    with pytest.raises(NotFound):
        await describe_link(first)
    assert (await describe_link(second)).role == Role.MEMBER
    await later(monkeypatch, days=1, seconds=1)
    with pytest.raises(NotFound):
        await describe_link(second)


async def test_a_person_with_an_account_joins_another_workspace_with_that_account(page: httpx.AsyncClient) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    other = await workspaces.create_workspace(ben, name="Ben's own")
    there = ben.model_copy(update={"workspace_id": other.id, "role": Role.OWNER})
    secret = (await invitations.create_invitation(there, role=Role.ADMIN)).secret
    taken = await page.post(
        "/v1/auth/join", json={"secret": secret, "name": "Ada", "email": OWNER, "password": PASSWORD}
    )
    assert_error(taken, 409, "email_taken")
    await sign_in(page)
    assert (await page.post("/v1/workspaces/join", json={"secret": secret})).json() == {"workspace_id": other.id}
    me = (await page.get("/v1/me")).json()
    assert (me["workspace"]["name"], me["role"], len(me["workspaces"])) == ("Ben's own", "admin", 2)
    assert (await page.post(f"/v1/workspaces/{owner.workspace_id}/enter")).status_code == 204
    assert (await page.get("/v1/me")).json()["role"] == "owner"
    assert_error(await page.post("/v1/workspaces/wsp_none/enter"), 404, "workspace_not_found")
