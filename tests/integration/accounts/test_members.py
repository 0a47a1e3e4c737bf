"""Workspaces and their members: who may manage whom."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from chat_app.domain.accounts import MAX_INVITATION_DAYS
from chat_app.domain.actor import Actor, Role
from chat_app.domain.errors import ChatAppError, Conflict, Forbidden, Invalid, NotFound
from chat_app.services.accounts import invitations, members, password_reset, tokens, workspaces
from chat_app.services.accounts.account import rename_account
from chat_app.services.accounts.authentication import authenticate, sign_in
from chat_app.services.accounts.invitations import sign_up
from chat_app.services.accounts.one_time_links import describe_link
from chat_app.services.runtime import Runtime
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import create_session, rename_session
from chat_app.services.sessions.queries import open_session
from chat_app.settings.application import Settings
from tests.support.agents import ECHO
from tests.support.password_login import PASSWORD, add_member, set_up_owner, signed_in

pytestmark = pytest.mark.anyio

ROLES = list(Role)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a login."""
    return settings.model_copy(update={"auth": "password"})


async def everybody(owner: Actor) -> dict[Role, Actor]:
    """Return a member of each role."""
    others = {role: (await add_member(owner, role.value.title(), role))[0] for role in ROLES[1:]}
    return {Role.OWNER: owner, **others}


async def roles_of(owner: Actor) -> dict[str, Role]:
    return {member.account.id: member.role for member in await members.list_members(owner)}


async def test_owners_change_every_role_and_admins_those_of_members_and_viewers(app: Runtime) -> None:
    owner = await set_up_owner()
    people_by_role = await everybody(owner)
    second, _ = await add_member(owner, "Second", Role.OWNER)
    allowed = set[tuple[Role, Role, Role]]()
    for by, actor in people_by_role.items():
        for target in (*(each for role, each in people_by_role.items() if role != by), second):
            for role in ROLES:
                before = (await roles_of(owner))[target.user_id]
                try:
                    await members.change_role(actor, target.user_id, role=role)
                except Forbidden:
                    assert (await roles_of(owner))[target.user_id] == before
                    continue
                assert (await roles_of(owner))[target.user_id] == role
                allowed.add((by, before, role))
                await members.change_role(second if target != second else owner, target.user_id, role=before)
    below = {Role.ADMIN, Role.MEMBER, Role.VIEWER}
    by_admin = {(Role.ADMIN, before, role) for before in (Role.MEMBER, Role.VIEWER) for role in below}
    by_owner = {(Role.OWNER, before, role) for before in ROLES for role in ROLES}
    assert allowed == by_admin | by_owner


async def test_owners_remove_every_member_and_admins_everybody_but_owners(app: Runtime) -> None:
    owner = await set_up_owner()
    await add_member(owner, "Second", Role.OWNER)
    removed = set[tuple[Role, Role]]()
    for number, (by, target) in enumerate((by, target) for by in ROLES for target in ROLES):
        actor, _ = await add_member(owner, f"By{number}", by)
        member, _ = await add_member(owner, f"Target{number}", target)
        with suppress(Forbidden):
            await members.remove_member(actor, member.user_id)
        if member.user_id not in await roles_of(owner):
            removed.add((by, target))
    below = (Role.ADMIN, Role.MEMBER, Role.VIEWER)
    assert removed == {(Role.OWNER, role) for role in ROLES} | {(Role.ADMIN, role) for role in below}


async def test_the_last_owner_of_a_workspace_cannot_leave_or_step_down(app: Runtime) -> None:
    owner = await set_up_owner()
    for refused in (
        members.remove_member(owner, owner.user_id),
        members.change_role(owner, owner.user_id, role=Role.ADMIN),
    ):
        with pytest.raises(Conflict) as caught:
            await refused
        assert caught.value.code == "last_owner"
    second, _ = await add_member(owner, "Second", Role.OWNER)
    await members.remove_member(owner, owner.user_id)
    assert await roles_of(second) == {second.user_id: Role.OWNER}


async def test_a_member_who_leaves_loses_access_and_their_sessions_stay_private(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, cookie = await add_member(owner, "Ben", Role.MEMBER)
    issued = await tokens.create_token(ben, name="a", scope=ben.scope.WRITE)
    token, secret = issued.value, issued.secret
    made = await create_session(ben, agent_key=ECHO)
    with app.connections.open(ben) as connection:
        await members.remove_member(ben, ben.user_id)
        assert connection.ended
    assert await authenticate(cookie=cookie) is None
    assert await authenticate(bearer=secret) is None
    assert token.user_id == ben.user_id
    with pytest.raises(Forbidden) as caught:
        await sign_in(email="ben@example.org", password="a few quiet words")
    assert caught.value.code == "no_workspace"
    again = (await add_member(owner, "Zoe", Role.MEMBER))[0]
    with pytest.raises(NotFound):
        await rename_session(again, made.id, title="Theirs")


async def test_a_removed_member_leaves_the_groups_of_others_with_an_event_and_stays_in_their_own(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    group, own = [await create_session(each, agent_key=ECHO) for each in (owner, ben)]
    await participants.add_participant(owner, group.id, ben.user_id)
    await participants.add_participant(ben, own.id, owner.user_id)
    before = (await open_session(owner, group.id)).transcript
    await members.remove_member(owner, ben.user_id)
    after = (await open_session(owner, group.id)).transcript
    assert [person.id for person in before.participants] == [owner.user_id, ben.user_id]
    assert [person.id for person in after.participants] == [owner.user_id]
    assert after.cursor == before.cursor + 1
    assert [person.id for person in (await open_session(owner, own.id)).transcript.participants] == [
        ben.user_id,
        owner.user_id,
    ]


async def test_a_removed_member_is_moved_to_another_workspace_of_theirs(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, cookie = await add_member(owner, "Ben", Role.MEMBER)
    own = await workspaces.create_workspace(ben, name="Ben's own")
    await members.remove_member(owner, ben.user_id)
    after = await signed_in(cookie)
    assert (after.workspace_id, after.role) == (own.id, Role.OWNER)


async def test_a_changed_role_takes_effect_immediately(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, cookie = await add_member(owner, "Ben", Role.MEMBER)
    with app.connections.open(ben) as connection:
        await members.change_role(owner, ben.user_id, role=Role.VIEWER)
        assert connection.ended
    with pytest.raises(Forbidden):
        await create_session(await signed_in(cookie), agent_key=ECHO)


async def test_owners_cannot_manage_another_workspace(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    own = await workspaces.create_workspace(ben, name="Ben's own")
    there = ben.model_copy(update={"workspace_id": own.id, "role": Role.OWNER})
    link = (await invitations.create_invitation(owner, role=Role.MEMBER)).value
    for refused in (
        members.change_role(there, owner.user_id, role=Role.VIEWER),
        members.remove_member(there, owner.user_id),
        password_reset.create_reset_link(there, owner.user_id),
        invitations.revoke_invitation(there, link.id),
    ):
        with pytest.raises(NotFound):
            await refused
    assert [member.account.id for member in await members.list_members(there)] == [ben.user_id]
    assert await invitations.list_invitations(there) == []


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
async def test_members_and_viewers_see_the_member_list_but_cannot_manage_it(app: Runtime, role: Role) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", role)
    link = (await invitations.create_invitation(owner, role=Role.MEMBER)).value
    assert len(await members.list_members(ben)) == 2
    for refused in (
        invitations.create_invitation(ben, role=Role.VIEWER),
        invitations.list_invitations(ben),
        invitations.revoke_invitation(ben, link.id),
        password_reset.create_reset_link(ben, ben.user_id),
        workspaces.rename_workspace(ben, name="Mine"),
        tokens.create_token(ben, name="a", scope=ben.scope.ADMIN),
    ):
        with pytest.raises(Forbidden):
            await refused


async def test_an_admin_invites_people_but_cannot_make_an_owner(app: Runtime) -> None:
    owner = await set_up_owner()
    admin, _ = await add_member(owner, "Admin", Role.ADMIN)
    await invitations.create_invitation(admin, role=Role.ADMIN)
    for refused in (
        invitations.create_invitation(admin, role=Role.OWNER),
        members.change_role(admin, admin.user_id, role=Role.OWNER),
    ):
        with pytest.raises(Forbidden):
            await refused


@pytest.mark.parametrize("days", [0, -1, MAX_INVITATION_DAYS + 1])
async def test_an_invitation_must_last_between_one_day_and_the_maximum(app: Runtime, days: int) -> None:
    owner = await set_up_owner()
    with pytest.raises(Invalid):
        await invitations.create_invitation(owner, role=Role.MEMBER, days=days)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "invalid_name"),
        ("name", " \n ", "invalid_name"),
        ("name", "x" * 101, "invalid_name"),
        ("name", "nul\x00", None),
        ("email", "nobody", "invalid_email"),
        ("email", "a@b", "invalid_email"),
        ("email", "a b@example.org", "invalid_email"),
        ("email", "a" * 250 + "@example.org", "invalid_email"),
        ("password", "short", "invalid_password"),
        ("password", "x" * 257, "invalid_password"),
    ],
)
async def test_an_invalid_sign_up_creates_no_account(app: Runtime, field: str, value: str, code: str | None) -> None:
    owner = await set_up_owner()
    secret = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    given: dict[str, Any] = {"name": "Ben", "email": "ben@example.org", "password": "a few quiet words", field: value}
    with pytest.raises(ChatAppError) as caught:
        await sign_up(secret, **given)
    assert code in (None, caught.value.code)
    assert len(await members.list_members(owner)) == 1
    assert (await describe_link(secret)).role == Role.MEMBER


@pytest.mark.parametrize("name", ["ben", "B E N", "\uff22en"])
async def test_nobody_can_take_the_name_of_another_member(app: Runtime, name: str) -> None:
    owner = await set_up_owner()
    await add_member(owner, "Ben", Role.MEMBER)
    cleo, _ = await add_member(owner, "Cleo", Role.MEMBER)
    secret = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    with pytest.raises(Conflict) as joining:
        await sign_up(secret, name=name, email="other@example.org", password=PASSWORD)
    with pytest.raises(Conflict) as renaming:
        await rename_account(cleo, name=name)
    assert joining.value.code == renaming.value.code == "name_taken"
    await rename_account(cleo, name="CLEO")
    await sign_up(secret, name="Ben Two", email="other@example.org", password=PASSWORD)
    assert [member.account.name for member in await members.list_members(owner)] == ["Ada", "Ben", "Ben Two", "CLEO"]


async def test_a_name_is_compared_in_every_workspace_of_its_person(app: Runtime) -> None:
    owner = await set_up_owner()
    ben, _ = await add_member(owner, "Ben", Role.MEMBER)
    other = await workspaces.create_workspace(ben, name="Ben's own")
    there = ben.model_copy(update={"workspace_id": other.id, "role": Role.OWNER})
    secret = (await invitations.create_invitation(there, role=Role.MEMBER)).secret
    await sign_up(secret, name="Ada", email="another@example.org", password=PASSWORD)
    with pytest.raises(Conflict):
        await rename_account(ben, name="ADA")
    second = (await invitations.create_invitation(there, role=Role.MEMBER)).secret
    with pytest.raises(Conflict) as caught:
        await invitations.accept_invitation(owner, second)
    assert caught.value.code == "name_taken"
    await rename_account(owner, name="Ada L.")
    assert await invitations.accept_invitation(owner, second) == other.id
