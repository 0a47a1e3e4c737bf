"""Single sign-on: who may sign in, and to which account."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat_app.domain.actor import LOCAL_OWNER, Role
from chat_app.domain.errors import ConfigError
from chat_app.services import audit
from chat_app.services.accounts import invitations, members, password_reset, workspaces
from chat_app.services.accounts.set_up import needs_set_up
from chat_app.services.accounts.workspaces import list_workspaces
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.oidc_provider import OidcProvider, authorize, oidc_provider
from tests.support.password_login import PASSWORD, add_member, assert_error, browser_client, set_up_owner, signed_in
from tests.support.single_sign_on import OWNER, fetch_signed_in, oidc_settings, problem_of, return_to_app, sign_in

pytestmark = pytest.mark.anyio

BOB = {"sub": "2", "email": "bob@example.org", "email_verified": True, "name": "Bob"}
Installation = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
async def there() -> AsyncIterator[OidcProvider]:
    """The provider."""
    async with oidc_provider() as started:
        yield started


@pytest.fixture
def installation(settings: Settings, there: OidcProvider, tmp_path: Path) -> Installation:
    """Runs the application with settings of single sign-on, and returns a browser at it."""

    @asynccontextmanager
    async def run(**more: Any) -> AsyncGenerator[httpx.AsyncClient]:
        chosen = Settings(**{**settings.model_dump(), **oidc_settings(there, **more)})
        async with running(chosen), browser_client(tmp_path) as page:
            yield page

    return run


async def enter(page: httpx.AsyncClient, there: OidcProvider, person: dict[str, Any]) -> httpx.Response:
    """Sign another person in, in the same browser."""
    there.person = person
    page.cookies.clear()
    return await sign_in(page)


async def invited(role: Role = Role.MEMBER) -> str:
    """Create an invitation and return its secret."""
    return (await invitations.create_invitation(LOCAL_OWNER, role=role)).secret


async def join(page: httpx.AsyncClient, there: OidcProvider, secret: str, person: dict[str, Any]) -> httpx.Response:
    """Open an invitation and sign in with it."""
    there.person = person
    page.cookies.clear()
    started = await page.post("/v1/auth/oidc/start", json={"secret": secret})
    assert started.status_code == 200, started.text
    assert secret not in started.text
    return await return_to_app(page, await authorize(started.json()["location"]))


async def failures() -> list[tuple[str, Any]]:
    """Return the failed sign-ins in the audit log, with their reasons."""
    entries = (await audit.list_entries(LOCAL_OWNER)).items
    return [(entry.subject, entry.data["reason"]) for entry in entries if entry.type == "login.failed"]


async def test_the_configured_owner_address_takes_over_once_and_is_then_bound_to_the_identity(
    installation: Installation, there: OidcProvider
) -> None:
    async with installation(oidc_owner_email=" Ada@Example.org ") as page:
        await sign_in(page)
        # The identity decides, whether the address changed, is missing or is not verified.
        for email in ("ada@new.example", None):
            await enter(page, there, {"sub": "1", "email": email, "email_verified": False, "name": "A. L."})
            me = await fetch_signed_in(page)
            assert me is not None
            assert me["user"] == {"id": LOCAL_OWNER.user_id, "name": "Ada Lovelace", "email": OWNER}
        # Another identity is another person, even with the same address.
        assert problem_of(await enter(page, there, {**there.person, "sub": "3"})) == "not_invited"
        taken = {"sub": "3", "email": OWNER, "email_verified": True}
        assert problem_of(await enter(page, there, taken)) == "email_taken"
        assert ("ada@example.org", "email_taken") in await failures()


@pytest.mark.parametrize(
    ("person", "problem"),
    [
        (BOB, "not_invited"),
        ({"sub": "1", "email": OWNER, "email_verified": False}, "email_not_verified"),
        ({"sub": "1", "email": OWNER}, "email_not_verified"),
        ({"sub": "1", "email": OWNER, "email_verified": "true"}, "email_not_verified"),
        ({"sub": "1"}, "not_invited"),
        ({"sub": "1", "email": f"{OWNER}\x00", "email_verified": True}, "email_not_verified"),
        ({"sub": "1", "email": [OWNER], "email_verified": True}, "email_not_verified"),
    ],
)
async def test_another_or_unverified_address_does_not_take_over_the_owner(
    installation: Installation, there: OidcProvider, person: dict[str, Any], problem: str
) -> None:
    async with installation() as page:
        assert problem_of(await enter(page, there, person)) == problem
        assert await fetch_signed_in(page) is None
        assert [reason for _, reason in await failures()] == [problem]
        assert await needs_set_up()


async def test_a_password_account_is_matched_by_verified_address_and_its_password_is_refused(
    settings: Settings, installation: Installation, there: OidcProvider
) -> None:
    async with running(settings.model_copy(update={"auth": "password"})):
        owner = await set_up_owner()
        bob, _ = await add_member(owner, "Bob", Role.VIEWER)
        reset = (await password_reset.create_reset_link(owner, bob.user_id)).secret
    async with installation() as page:
        assert problem_of(await enter(page, there, {**BOB, "email_verified": False})) == "email_not_verified"
        await enter(page, there, BOB)
        me = await fetch_signed_in(page)
        assert me is not None
        assert (me["user"]["id"], me["role"]) == (bob.user_id, "viewer")
        page.cookies.clear()
        new = {"name": "Eve", "email": "eve@example.org", "password": PASSWORD}
        for path, body in {
            "sign-in": {"email": BOB["email"], "password": PASSWORD},
            "reset": {"secret": reset, "password": "another few words"},
            "join": {"secret": await invited(), **new},
            "set-up": {"secret": "x", **new},
        }.items():
            assert_error(await page.post(f"/v1/auth/{path}", json=body), 403, "no_passwords")
        # The setting has no effect once somebody can sign in.
        there.person = {"sub": "9", "email": "new@example.org", "email_verified": True}
    async with installation(oidc_owner_email="new@example.org") as page:
        assert problem_of(await sign_in(page)) == "not_invited"


async def test_a_join_role_admits_new_people_with_a_verified_address(
    installation: Installation, there: OidcProvider
) -> None:
    async with installation(oidc_join_role="viewer") as page:
        await enter(page, there, BOB)
        me = await fetch_signed_in(page)
        assert me is not None
        assert (me["user"]["name"], me["role"], me["workspace"]["id"]) == ("Bob", "viewer", LOCAL_OWNER.workspace_id)
        first = me["user"]["id"]
        await enter(page, there, BOB)
        assert (await fetch_signed_in(page) or {})["user"]["id"] == first
        unverified = {"sub": "4", "email": "eve@example.org", "email_verified": False}
        assert problem_of(await enter(page, there, unverified)) == "email_not_verified"
        assert problem_of(await enter(page, there, {"sub": "4"})) == "email_missing"
        # The role is for new people only: a removed member does not join again.
        await members.remove_member(LOCAL_OWNER, first)
        assert problem_of(await enter(page, there, BOB)) == "no_workspace"


async def test_an_invitation_creates_one_account(installation: Installation, there: OidcProvider) -> None:
    async with installation() as page:
        secret = await invited(Role.ADMIN)
        answer = await join(page, there, secret, {"sub": "2", "email": "bob@example.org", "name": "Bob"})
        assert answer.headers["location"] == "/"
        me = await fetch_signed_in(page)
        assert me is not None
        # Anybody with the link may use it; only a verified address is stored.
        assert (me["user"]["name"], me["user"]["email"], me["role"]) == ("Bob", None, "admin")
        refused = await join(page, there, secret, {**BOB, "sub": "5", "email": "eve@example.org"})
        assert problem_of(refused) == "link_gone"
        assert "next=%2Fjoin" in refused.headers["location"]
        # The refused sign-in created no account.
        assert problem_of(await enter(page, there, {**BOB, "sub": "5"})) == "not_invited"


async def test_an_invitation_ends_while_the_person_is_at_the_provider_when_its_maker_is_removed(
    installation: Installation, there: OidcProvider
) -> None:
    async with installation() as page:
        await sign_in(page)
        owner = await signed_in(page.cookies["chat_login"])
        await join(page, there, await invited(Role.OWNER), BOB)
        bob = await signed_in(page.cookies["chat_login"])
        secret = (await invitations.create_invitation(bob, role=Role.OWNER)).secret
        page.cookies.clear()
        there.person = {"sub": "5", "email": "eve@example.org", "email_verified": True, "name": "Eve"}
        started = await page.post("/v1/auth/oidc/start", json={"secret": secret})
        returned = await authorize(started.json()["location"])
        await members.remove_member(owner, bob.user_id)
        assert problem_of(await return_to_app(page, returned)) == "link_gone"
        assert await fetch_signed_in(page) is None
        assert [each.account.id for each in await members.list_members(owner)] == [owner.user_id]
        assert problem_of(await enter(page, there, there.person)) == "not_invited"


async def test_an_invitation_adds_an_existing_person_to_another_workspace(
    installation: Installation, there: OidcProvider
) -> None:
    async with installation() as page:
        await sign_in(page)
        owner = await signed_in(page.cookies["chat_login"])
        await join(page, there, await invited(), BOB)
        bob = await signed_in(page.cookies["chat_login"])
        other = await workspaces.create_workspace(owner, name="Elsewhere")
        there_too = owner.model_copy(update={"workspace_id": other.id})
        secret = (await invitations.create_invitation(there_too, role=Role.VIEWER)).secret
        await join(page, there, secret, BOB)
        now = await signed_in(page.cookies["chat_login"])
        assert (now.user_id, now.workspace_id, now.role) == (bob.user_id, other.id, Role.VIEWER)
        assert {each.workspace.id for each in await list_workspaces(now)} == {bob.workspace_id, other.id}


async def test_only_addresses_of_allowed_domains_can_sign_in(installation: Installation, there: OidcProvider) -> None:
    async with installation(oidc_allowed_domains=["Example.org"], oidc_join_role="member") as page:
        await enter(page, there, BOB)
        assert await fetch_signed_in(page) is not None
        for email in ("eve@evil.example", "eve@sub.example.org", "eve@evilexample.org", "eve@example.org.evil.example"):
            eve = {"sub": "6", "email": email, "email_verified": True}
            assert problem_of(await enter(page, there, eve)) == "domain_not_allowed"
            assert problem_of(await join(page, there, await invited(), eve)) == "domain_not_allowed"
        moved = {**BOB, "email": "bob@elsewhere.example"}
        assert problem_of(await enter(page, there, moved)) == "domain_not_allowed"
        assert problem_of(await enter(page, there, {**BOB, "email_verified": False})) == "email_not_verified"


async def test_an_address_from_userinfo_is_used_only_for_the_same_subject(
    installation: Installation, there: OidcProvider
) -> None:
    there.in_userinfo = True
    async with installation() as page:
        await sign_in(page)
        assert (await fetch_signed_in(page) or {})["user"]["email"] == OWNER
        page.cookies.clear()
        there.tamper = lambda claims: claims.update(sub="7")
        assert problem_of(await sign_in(page)) == "sign_in_failed"


async def test_names_are_cleaned_and_have_a_fallback(installation: Installation, there: OidcProvider) -> None:
    async with installation(oidc_join_role="member") as page:
        for number, (name, stored) in enumerate(
            [
                (" Eve \n E. ", "Eve E."),
                ("n" * 300, "n" * 100),
                ("", "eve2"),
                (7, "eve3"),
                ("\x00\u202e", "eve4"),
                ("\u202eE\u200bva", "Eva"),
            ]
        ):
            eve = {"sub": f"e{number}", "email": f"e{number}@example.org", "email_verified": True}
            await enter(page, there, {**eve, "name": name, "preferred_username": f"eve{number}"})
            assert (await fetch_signed_in(page) or {})["user"]["name"] == stored


async def test_a_name_that_another_member_has_gets_the_email_address(
    installation: Installation, there: OidcProvider
) -> None:
    async with installation(oidc_join_role="member") as page:
        names: list[str] = []
        for number, name in enumerate(["Eve", "EVE", "Eve (e3@example.org)", "Eve"]):
            eve = {"sub": f"e{number}", "email": f"e{number}@example.org", "email_verified": True, "name": name}
            await enter(page, there, eve)
            names.append((await fetch_signed_in(page) or {})["user"]["name"])
    assert names[:3] == ["Eve", "EVE (e1@example.org)", "Eve (e3@example.org)"]
    # Somebody has chosen the name that this person would get.
    assert names[3].startswith("Eve (usr_")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"oidc_issuer": None}, "CHAT_APP_OIDC_ISSUER"),
        ({"oidc_client_id": ""}, "CHAT_APP_OIDC_CLIENT_ID"),
        ({"oidc_client_secret": ""}, "CHAT_APP_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "http://login.example.org"}, "CHAT_APP_OIDC_ISSUER"),
        ({"oidc_issuer": "https://login.example.org?x=1"}, "CHAT_APP_OIDC_ISSUER"),
        ({"oidc_issuer": "ftp://127.0.0.1"}, "CHAT_APP_OIDC_ISSUER"),
    ],
)
async def test_invalid_settings_stop_the_start_and_are_named(
    installation: Installation, change: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        async with installation(**change):
            pass


async def test_the_owner_setting_is_not_reported_missing_when_somebody_can_sign_in(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    async with installation() as page:
        assert "CHAT_APP_OIDC_OWNER_EMAIL" not in caplog.text
        await sign_in(page)
    async with installation(oidc_owner_email=None):
        assert "CHAT_APP_OIDC_OWNER_EMAIL" not in caplog.text


async def test_the_owner_setting_is_reported_missing_when_nobody_can_sign_in(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    async with installation(oidc_owner_email=None):
        assert "CHAT_APP_OIDC_OWNER_EMAIL" in caplog.text


async def test_the_client_secret_is_hidden_in_printed_and_dumped_settings(
    settings: Settings, there: OidcProvider
) -> None:
    chosen = Settings(**{**settings.model_dump(), **oidc_settings(there, oidc_name="Our login")})
    secret = oidc_settings(there)["oidc_client_secret"]
    assert secret not in repr(chosen) + str(chosen) + chosen.model_dump_json()
    assert chosen.oidc_provider_name == "Our login"
