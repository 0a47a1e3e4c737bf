"""One-time links: they grant what their maker may grant, to whom the account belongs, when they are used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from chat_app.db import accounts, links
from chat_app.domain.actor import LOCAL_OWNER, Actor, Role, Scope
from chat_app.domain.errors import ChatAppError, Forbidden, NotFound
from chat_app.services import audit
from chat_app.services.accounts import invitations, members, password_reset, tokens, workspaces
from chat_app.services.accounts.authentication import authenticate
from chat_app.services.accounts.invitations import accept_invitation, sign_up
from chat_app.services.accounts.one_time_links import describe_link
from chat_app.services.accounts.password_reset import reset_password
from chat_app.services.accounts.recovery import create_reset_path
from chat_app.services.accounts.set_up import issue_set_up_link, set_up_installation
from chat_app.services.runtime import Runtime
from chat_app.services.secrets.hashed_secrets import hash_secret
from chat_app.services.startup import running
from chat_app.settings.application import Settings
from tests.support.password_login import (
    OWNER,
    PASSWORD,
    add_member,
    assert_error,
    browser_client,
    set_up_owner,
    signed_in,
)

pytestmark = pytest.mark.anyio

Loss = Callable[[Actor, Actor], Awaitable[object]]
"""How the maker of a link loses a role: by the owner, to the maker."""
LOSSES: dict[str, Loss] = {
    "removed": lambda owner, maker: members.remove_member(owner, maker.user_id),
    "left": lambda _, maker: members.remove_member(maker, maker.user_id),
    "made a member": lambda owner, maker: members.change_role(owner, maker.user_id, role=Role.MEMBER),
    "made a viewer": lambda owner, maker: members.change_role(owner, maker.user_id, role=Role.VIEWER),
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login."""
    return settings.model_copy(update={"auth": "password"})


@pytest.fixture
async def page(app: Runtime, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the running application."""
    async with browser_client(tmp_path) as client:
        yield client


async def founder_with_member() -> tuple[Actor, Actor, Actor]:
    """Return the owner of the installation, the owner of a tiny workspace, and the only member of that workspace."""
    owner = await set_up_owner()
    eve, _ = await add_member(owner, "Eve", Role.MEMBER)
    tiny = await workspaces.create_workspace(eve, name="Tiny")
    await members.remove_member(owner, eve.user_id)
    eve = eve.model_copy(update={"workspace_id": tiny.id, "role": Role.OWNER})
    victim, _ = await add_member(eve, "Victim", Role.MEMBER)
    return owner, eve, victim


async def refusal_of(use: Awaitable[object]) -> str | None:
    """Return the code of the error that a use of a link raises, or None."""
    try:
        await use
    except ChatAppError as error:
        return error.code
    return None


async def is_gone(secret: str) -> bool:
    """Whether no path accepts the secret of an invitation or a reset link any more."""
    uses: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: describe_link(secret),
        lambda: sign_up(secret, name="New", email="new@example.org", password=PASSWORD),
        lambda: reset_password(secret, password="another few words"),
    )
    for use in uses:
        if await refusal_of(use()) != "link_gone":
            return False
    return True


@pytest.mark.parametrize("granted", Role)
@pytest.mark.parametrize("maker", [Role.OWNER, Role.ADMIN])
@pytest.mark.parametrize("loss", LOSSES)
async def test_an_invitation_ends_when_its_maker_may_no_longer_invite(
    app: Runtime, loss: str, maker: Role, granted: Role
) -> None:
    owner = await set_up_owner()
    mallory, _ = await add_member(owner, "Mallory", maker)
    if granted == Role.OWNER and maker != Role.OWNER:
        with pytest.raises(Forbidden):
            await invitations.create_invitation(mallory, role=granted)
        return
    secret = (await invitations.create_invitation(mallory, role=granted)).secret
    await LOSSES[loss](owner, mallory)
    assert await is_gone(secret)
    assert await invitations.list_invitations(owner) == []
    with pytest.raises(NotFound):
        await accept_invitation(owner, secret)


@pytest.mark.parametrize("granted", Role)
async def test_an_invitation_of_an_owner_who_became_an_admin_grants_what_an_admin_may(
    app: Runtime, granted: Role
) -> None:
    owner = await set_up_owner()
    mallory, _ = await add_member(owner, "Mallory", Role.OWNER)
    secret = (await invitations.create_invitation(mallory, role=granted)).secret
    await members.change_role(owner, mallory.user_id, role=Role.ADMIN)
    assert await is_gone(secret) == (granted == Role.OWNER)


async def test_a_link_stays_deleted_when_its_maker_gets_the_role_back(app: Runtime) -> None:
    owner = await set_up_owner()
    mallory, _ = await add_member(owner, "Mallory", Role.OWNER)
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    secrets = [
        (await invitations.create_invitation(mallory, role=Role.OWNER)).secret,
        (await password_reset.create_reset_link(mallory, ben.user_id)).secret,
    ]
    await members.change_role(owner, mallory.user_id, role=Role.ADMIN)
    await members.change_role(owner, mallory.user_id, role=Role.OWNER)
    assert [await is_gone(secret) for secret in secrets] == [True, True]
    revoked = [entry for entry in (await audit.list_entries(owner)).items if entry.type == "invitation.revoked"]
    assert [entry.data for entry in revoked] == [{"made_by": mallory.user_id}]


@pytest.mark.parametrize("loss", [*LOSSES, "made an admin"])
async def test_a_reset_link_ends_when_its_maker_is_no_longer_an_owner(app: Runtime, loss: str) -> None:
    owner = await set_up_owner()
    mallory, _ = await add_member(owner, "Mallory", Role.OWNER)
    ben, cookie = await add_member(owner, "Ben", Role.MEMBER)
    secret = (await password_reset.create_reset_link(mallory, ben.user_id)).secret
    if loss == "made an admin":
        await members.change_role(owner, mallory.user_id, role=Role.ADMIN)
    else:
        await LOSSES[loss](owner, mallory)
    assert await is_gone(secret)
    assert await authenticate(cookie=cookie) is not None


async def test_joining_another_workspace_ends_the_reset_links_of_an_account(page: httpx.AsyncClient) -> None:
    owner, eve, victim = await founder_with_member()
    secret = (await password_reset.create_reset_link(eve, victim.user_id)).secret
    assert (await describe_link(secret)).email == "victim@example.org"
    await accept_invitation(victim, (await invitations.create_invitation(owner, role=Role.ADMIN)).secret)
    assert_error(await page.post("/v1/auth/links", json={"secret": secret}), 404, "link_gone")
    answer = await page.post("/v1/auth/reset", json={"secret": secret, "password": "another few words"})
    assert_error(answer, 404, "link_gone")
    assert (await page.get("/v1/me")).status_code == 401
    # It does not come back when the account leaves the other workspace again.
    await members.remove_member(owner, victim.user_id)
    assert await is_gone(secret)


async def test_founding_a_workspace_ends_the_reset_links_of_an_account(app: Runtime) -> None:
    _, eve, victim = await founder_with_member()
    secret = (await password_reset.create_reset_link(eve, victim.user_id)).secret
    await workspaces.create_workspace(victim, name="Mine")
    assert await is_gone(secret)


async def test_leaving_a_workspace_ends_the_reset_links_of_an_account(app: Runtime) -> None:
    owner, eve, victim = await founder_with_member()
    secret = (await password_reset.create_reset_link(eve, victim.user_id)).secret
    await accept_invitation(victim, (await invitations.create_invitation(owner, role=Role.ADMIN)).secret)
    await members.remove_member(eve, victim.user_id)
    assert await is_gone(secret)


async def test_the_use_of_a_reset_link_checks_the_account_although_the_link_was_not_deleted(app: Runtime) -> None:
    owner, eve, victim = await founder_with_member()
    await accept_invitation(victim, (await invitations.create_invitation(owner, role=Role.ADMIN)).secret)
    # As a request that began before the account joined.
    async with app.db.write() as tx:
        issued = await password_reset.replace_reset_link(
            tx, eve.workspace_id, victim.user_id, valid_for=timedelta(hours=1), created_by=eve.user_id
        )
    assert await is_gone(issued.secret)


async def test_a_link_without_a_maker_who_is_a_member_grants_nothing(app: Runtime) -> None:
    owner = await set_up_owner()
    for maker in ("usr_deleted", None):
        link = (await invitations.create_invitation(owner, role=Role.OWNER)).value
        secret = f"secret of {maker}"
        async with app.db.write() as tx:
            await links.remove(tx, link.id)
            stored = link.model_copy(update={"created_by": maker})
            await links.insert(tx, stored, token_hash=hash_secret(secret))
        assert await is_gone(secret)


async def test_a_reset_link_of_the_command_line_stays_valid(app: Runtime) -> None:
    owner, eve, victim = await founder_with_member()
    secret = (await create_reset_path(app.settings, "victim@example.org")).partition("#")[2]
    await accept_invitation(victim, (await invitations.create_invitation(owner, role=Role.ADMIN)).secret)
    await workspaces.create_workspace(victim, name="Mine")
    await members.remove_member(eve, victim.user_id)
    assert (await describe_link(secret)).email == "victim@example.org"
    assert (await signed_in((await reset_password(secret, password="another few words")).secret)).name == "Victim"
    assert await is_gone(secret)


async def test_a_set_up_link_ends_when_the_local_owner_can_sign_in_in_another_way(app: Runtime) -> None:
    path = await issue_set_up_link()
    assert path is not None
    secret = path.partition("#")[2]
    async with app.db.write() as tx:
        await accounts.update_columns(tx, LOCAL_OWNER.user_id, identity="https://provider.example 1")
    with pytest.raises(NotFound):
        await set_up_installation(secret, name="Eve", email="eve@example.org", password=PASSWORD)
    assert await is_gone(secret)


async def test_a_set_up_link_stays_valid_when_an_invited_person_signs_up_first(settings: Settings) -> None:
    async with running(settings.model_copy(update={"auth": "none"})):
        invitation = (await invitations.create_invitation(LOCAL_OWNER, role=Role.VIEWER)).secret
    async with running(settings):
        path = await issue_set_up_link()
        assert path is not None
        await sign_up(invitation, name="Ben", email="ben@example.org", password=PASSWORD)
        secret = path.partition("#")[2]
        issued = await set_up_installation(secret, name="Ada", email=OWNER, password=PASSWORD)
        assert (await signed_in(issued.secret)).role == Role.OWNER


@pytest.mark.parametrize("first", ["the removal", "the use"])
async def test_the_removal_of_a_maker_and_the_use_of_the_link_exclude_each_other(app: Runtime, first: str) -> None:
    owner = await set_up_owner()
    mallory, _ = await add_member(owner, "Mallory", Role.OWNER)
    secret = (await invitations.create_invitation(mallory, role=Role.OWNER)).secret

    async def use() -> None:
        await sign_up(secret, name="Accomplice", email="accomplice@example.org", password=PASSWORD)

    async def remove() -> None:
        await members.remove_member(owner, mallory.user_id)

    both = (remove(), use()) if first == "the removal" else (use(), remove())
    results = await asyncio.gather(*both, return_exceptions=True)
    problems = [each for each in results if each is not None]
    joined = any(member.account.name == "Accomplice" for member in await members.list_members(owner))
    assert all(isinstance(each, NotFound) for each in problems)
    assert joined == (problems == [])


async def test_a_reset_link_is_used_once_by_simultaneous_requests(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    secret = (await password_reset.create_reset_link(owner, ben.user_id)).secret

    uses = [refusal_of(reset_password(secret, password=f"a few quiet words {number}")) for number in range(4)]
    assert sorted(map(str, await asyncio.gather(*uses))) == ["None", *["link_gone"] * 3]


async def test_a_token_cannot_create_a_reset_link_for_its_own_person(page: httpx.AsyncClient) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    secret = (await tokens.create_token(owner, name="a program", scope=Scope.ADMIN)).secret
    headers = {"authorization": f"Bearer {secret}"}
    refused = await page.post(f"/v1/members/{owner.user_id}/reset-link", headers=headers)
    assert_error(refused, 403, "forbidden")
    assert (await page.post(f"/v1/members/{ben.user_id}/reset-link", headers=headers)).status_code == 201
