"""Everything that people create has a limit, which is stated in the refusal and does not affect anybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from chat_app.db import events, logins
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.errors import ChatAppError, Conflict, TooMany
from chat_app.domain.ids import new_id
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import ParticipantRole, Visibility
from chat_app.services.accounts import invitations, members, tokens, workspaces
from chat_app.services.accounts.authentication import authenticate as actor_of
from chat_app.services.accounts.authentication import sign_in
from chat_app.services.accounts.one_time_links import describe_link
from chat_app.services.limits.checks import check_send
from chat_app.services.runtime import Runtime, now
from chat_app.services.secrets import provider_keys
from chat_app.services.sessions import deletions, participants
from chat_app.services.sessions.commands import create_session, delete_session, rename_session, share_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import send_message
from chat_app.settings.application import Settings
from chat_app.ui.composer.patches import refusal_patch
from tests.support.agents import ECHO
from tests.support.limited_app import NO_LIMITS, Start, authenticate
from tests.support.members import insert_member
from tests.support.password_login import OWNER, PASSWORD, add_member, assert_error, set_up_owner

pytestmark = pytest.mark.anyio

BOB = Actor(user_id="usr_bob", workspace_id=ME.workspace_id, role=Role.MEMBER, name="Bob")
STRANGER = Actor(user_id="usr_eve", workspace_id="wsp_2", role=Role.OWNER, name="Eve")


async def a_session(actor: Actor = ME, **more: Any) -> str:
    return (await create_session(actor, agent_key=ECHO, **more)).id


def assert_refused(caught: pytest.ExceptionInfo[ChatAppError], code: str, text: str) -> None:
    assert caught.value.code == code
    assert caught.value.message == text


async def test_new_sessions_per_minute_are_limited_per_person(start: Start) -> None:
    _, clock = await start(sessions_per_minute_user=3)
    for _ in range(3):
        await a_session()
    with pytest.raises(TooMany) as caught:
        await a_session()
    text = "You have reached the limit of 3 new sessions per minute. Try again in 20 seconds."
    assert_refused(caught, "too_many_new_sessions", text)
    await a_session(BOB)
    clock.wait(20)
    await a_session()


async def test_new_sessions_per_hour_are_limited_per_person_and_per_workspace(start: Start) -> None:
    _, clock = await start(sessions_per_hour_user=2, sessions_per_hour_workspace=3)
    await a_session()
    await a_session()
    with pytest.raises(TooMany, match="You have reached the limit of 2 new sessions per hour"):
        await a_session()
    await a_session(BOB)
    with pytest.raises(TooMany, match="This workspace has reached the limit of 3 new sessions per hour"):
        await a_session(BOB)
    await a_session(STRANGER)
    clock.wait(1_800)
    await a_session()


async def test_repeating_the_creation_of_a_session_is_never_refused_and_takes_nothing(start: Start) -> None:
    await start(sessions_per_hour_user=2)
    first = await a_session(session_id="ses_mine")
    for _ in range(5):
        assert await a_session(session_id="ses_mine") == first
    await a_session()
    with pytest.raises(TooMany):
        await a_session()
    assert await a_session(session_id="ses_mine") == first


async def test_the_default_limits_stop_a_burst_of_sessions_and_go_on_at_one_a_second(
    start: Start, settings: Settings, rest: httpx.AsyncClient
) -> None:
    names = ("sessions_per_minute_user", "sessions_per_hour_user", "sessions_per_hour_workspace", "max_sessions_user")
    _, clock = await start(**{name: getattr(settings, name) for name in names})
    await authenticate(rest)
    answers = [await rest.post("/v1/chat", json={"agent_key": ECHO}) for _ in range(120)]
    assert [answer.status_code for answer in answers] == [201] * 60 + [429] * 60
    assert_error(answers[-1], 429, "too_many_new_sessions")
    assert answers[-1].headers["retry-after"] == "1"
    created = 60
    # An import that waits as it is told.
    while created < 300:
        answer = await rest.post("/v1/chat", json={"agent_key": ECHO})
        created += answer.status_code == 201
        if answer.status_code == 429:
            clock.wait(float(answer.headers["retry-after"]))
    assert created == 300


async def test_a_message_of_a_new_conversation_over_the_limit_is_sent_later_or_returned(start: Start) -> None:
    _, clock = await start(sessions_per_minute_user=1, sessions_per_hour_user=2)
    await a_session()
    with pytest.raises(TooMany) as caught:
        await a_session()
    soon = refusal_patch("r-1", caught.value)
    assert (soon["op"], soon["text"]) == ("later", caught.value.message)
    clock.wait(60)
    await a_session()
    clock.wait(60)
    with pytest.raises(TooMany) as caught:
        await a_session()
    assert refusal_patch("r-1", caught.value)["op"] == "refused"


async def test_sessions_are_limited_per_person(start: Start) -> None:
    await start(max_sessions_user=2)
    first, second = await a_session(), await a_session()
    with pytest.raises(Conflict, match="2 sessions") as caught:
        await a_session()
    assert caught.value.code == "too_many_sessions"
    assert (await create_session(ME, agent_key=ECHO, session_id=second)).id == second
    await a_session(BOB)
    await delete_session(ME, first)
    await a_session()


async def test_sessions_are_limited_per_workspace(start: Start) -> None:
    await start(max_sessions_workspace=2)
    first, second = await a_session(), await a_session(BOB)
    with pytest.raises(Conflict, match="workspace has reached the limit of 2 sessions") as caught:
        await a_session(BOB)
    assert caught.value.code == "too_many_sessions"
    assert (await create_session(BOB, agent_key=ECHO, session_id=second)).id == second
    await a_session(STRANGER)
    await delete_session(ME, first)
    await a_session(BOB)


async def test_characters_per_hour_are_limited_per_person(start: Start) -> None:
    _, clock = await start(characters_per_hour_user=10)
    await check_send(ME, length=8)
    with pytest.raises(TooMany, match="10 characters per hour") as caught:
        await check_send(ME, length=4)
    assert caught.value.retry_after == 720
    await check_send(BOB, length=8)
    clock.wait(720)
    await check_send(ME, length=4)
    clock.wait(3_600)
    # A message above the limit takes all that there is, instead of never passing.
    await check_send(ME, length=100)


async def test_workspaces_are_limited_per_person_and_per_hour(start: Start) -> None:
    _, clock = await start(workspaces_per_hour_user=2, max_workspaces_user=4)
    owner = await set_up_owner()
    for name in ("One", "Two"):
        await workspaces.create_workspace(owner, name=name)
    with pytest.raises(TooMany, match="2 new workspaces per hour"):
        await workspaces.create_workspace(owner, name="Three")
    clock.wait(3_600)
    await workspaces.create_workspace(owner, name="Three")
    with pytest.raises(Conflict) as caught:
        await workspaces.create_workspace(owner, name="Four")
    assert caught.value.code == "too_many_workspaces"


async def test_invitations_are_limited_per_person_per_workspace_and_in_number(start: Start) -> None:
    _, clock = await start(invitations_per_hour_user=2, invitations_per_hour_workspace=3, max_invitations_workspace=4)
    owner = await set_up_owner()
    admin = owner.model_copy(update={"user_id": "usr_admin", "role": Role.ADMIN})
    issued = [await invitations.create_invitation(owner, role=Role.MEMBER) for _ in range(2)]
    with pytest.raises(TooMany, match="You have reached the limit of 2 new invitations per hour"):
        await invitations.create_invitation(owner, role=Role.MEMBER)
    await invitations.create_invitation(admin, role=Role.MEMBER)
    with pytest.raises(TooMany, match="This workspace has"):
        await invitations.create_invitation(admin, role=Role.MEMBER)
    clock.wait(3_600)
    await invitations.create_invitation(owner, role=Role.MEMBER)
    with pytest.raises(Conflict, match="Revoke invitations") as caught:
        await invitations.create_invitation(owner, role=Role.MEMBER)
    assert caught.value.code == "too_many_invitations"
    await invitations.revoke_invitation(owner, issued[0].value.id)
    clock.wait(3_600)
    await invitations.create_invitation(owner, role=Role.MEMBER)


async def test_accounts_of_the_installation_are_limited_and_the_invitation_stays_valid(start: Start) -> None:
    await start(max_accounts=2)
    owner = await set_up_owner()
    await add_member(owner, "Ben", Role.MEMBER)
    invitation = (await invitations.create_invitation(owner, role=Role.MEMBER)).secret
    with pytest.raises(Conflict) as caught:
        await invitations.sign_up(invitation, name="Cleo", email="cleo@example.org", password=PASSWORD)
    text = "This server has reached the limit of 2 accounts. Ask the administrator of this server."
    assert_refused(caught, "too_many_accounts", text)
    assert len(await members.list_members(owner)) == 2
    assert (await describe_link(invitation)).role == Role.MEMBER


async def test_new_accounts_per_hour_are_limited(start: Start) -> None:
    # The local owner is new as well.
    await start(accounts_per_hour=3)
    owner = await set_up_owner()
    for name in ("Ben", "Cleo"):
        await add_member(owner, name, Role.MEMBER)
    with pytest.raises(TooMany) as caught:
        await add_member(owner, "Dora", Role.MEMBER)
    assert caught.value.code == "too_many_new_accounts"


async def test_tokens_are_limited_per_person_over_all_workspaces(start: Start) -> None:
    await start(max_tokens_user=2)
    owner = await set_up_owner()
    other = await workspaces.create_workspace(owner, name="Another")
    first = await tokens.create_token(owner, name="one", scope=Scope.READ)
    elsewhere = owner.model_copy(update={"workspace_id": other.id})
    await tokens.create_token(elsewhere, name="two", scope=Scope.READ)
    for actor in (owner, elsewhere):
        with pytest.raises(Conflict) as caught:
            await tokens.create_token(actor, name="three", scope=Scope.READ)
        assert_refused(caught, "too_many_tokens", "You have reached the limit of 2 tokens. Revoke one first.")
    await tokens.revoke_token(owner, first.value.id)
    await tokens.create_token(owner, name="three", scope=Scope.READ)


async def test_provider_keys_are_limited_per_workspace_and_can_still_be_replaced(start: Start) -> None:
    await start(max_keys_workspace=2)
    for name in ("KEY_1", "KEY_2"):
        await provider_keys.put_key(ME, name, "the-first-secret")
    with pytest.raises(Conflict) as caught:
        await provider_keys.put_key(ME, "ONE_MORE", "the-first-secret")
    assert caught.value.code == "too_many_keys"
    await provider_keys.put_key(ME, "KEY_1", "the-second-secret")
    await provider_keys.remove_key(ME, "KEY_2")
    await provider_keys.put_key(ME, "ONE_MORE", "the-first-secret")


async def test_participants_are_limited_per_session(start: Start) -> None:
    app, _ = await start(max_participants_session=2)
    people = [await insert_member(app, name) for name in ("Ben", "Cleo")]
    session_id = await a_session()
    await participants.add_participant(ME, session_id, people[0].user_id)
    with pytest.raises(Conflict) as caught:
        await participants.add_participant(ME, session_id, people[1].user_id)
    text = "This session has reached the limit of 2 participants. Remove one first."
    assert_refused(caught, "too_many_participants", text)
    assert len(await participants.list_participants(ME, session_id)) == 2
    await participants.add_participant(ME, session_id, people[0].user_id, role=ParticipantRole.MEMBER)
    await participants.remove_participant(ME, session_id, people[0].user_id)
    await participants.add_participant(ME, session_id, people[1].user_id)


async def test_a_further_sign_in_ends_the_login_that_was_not_used_for_longest(start: Start) -> None:
    app, _ = await start(max_logins_user=2)
    await set_up_owner()
    first, second = [(await sign_in(email=OWNER, password=PASSWORD)) for _ in range(2)]
    async with app.db.write() as tx:
        await logins.record_use(tx, [first.value.id], at=now() + timedelta(minutes=1))
    third = await sign_in(email=OWNER, password=PASSWORD)
    signed_in = [await actor_of(cookie=issued.secret) is not None for issued in (first, second, third)]
    assert signed_in == [True, False, True]


async def test_changes_per_hour_are_limited_per_person(start: Start) -> None:
    _, clock = await start(changes_per_hour_user=3)
    session_id = await a_session()
    for visibility in (Visibility.WORKSPACE, Visibility.PRIVATE, Visibility.WORKSPACE):
        await share_session(ME, session_id, visibility)
    attempts: list[Any] = [
        lambda: share_session(ME, session_id, Visibility.PRIVATE),
        lambda: participants.add_participant(ME, session_id, BOB.user_id),
        lambda: workspaces.rename_workspace(ME, name="Other"),
        lambda: tokens.create_token(ME, name="a token", scope=Scope.READ),
        lambda: provider_keys.put_key(ME, "KEY_1", "the-first-secret"),
    ]
    for attempt in attempts:
        with pytest.raises(TooMany, match="3 changes per hour"):
            await attempt()
    # What removes something, and what no audit entry describes, is not counted.
    await rename_session(ME, session_id, title="A title")
    clock.wait(1_200)
    await attempts[0]()
    await delete_session(ME, session_id)


async def stored_events(app: Runtime, session_id: str) -> int:
    async with app.db.read() as tx:
        return len(await events.after(tx, session_id, seq=0, limit=10_000))


async def test_no_change_of_a_session_lets_its_events_grow(settings: Settings, start: Start) -> None:
    app, _ = await start(max_session_events=10)
    ben = await insert_member(app, "Ben")
    session_id = await a_session()
    for number in range(15):
        await rename_session(ME, session_id, title=f"Title {number}")
    assert await stored_events(app, session_id) == 10
    for _ in range(8):
        await participants.add_participant(ME, session_id, ben.user_id)
        await participants.remove_participant(ME, session_id, ben.user_id)
    assert await stored_events(app, session_id) == 10


async def test_the_events_of_deletions_are_removed_after_some_days(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = await start()
    deleted, kept = await a_session(), await a_session()
    await delete_session(ME, deleted)
    assert await deletions.prune_deletions() == 0
    assert await stored_events(app, deleted) == 1
    monkeypatch.setattr(deletions, "now", lambda: now() + timedelta(days=app.settings.deletion_days + 1))
    assert await deletions.prune_deletions() == 1
    assert await stored_events(app, deleted) == 0
    assert await stored_events(app, kept) > 0


async def test_without_a_login_nothing_that_is_created_is_limited(settings: Settings) -> None:
    async with running(settings.model_copy(update=dict.fromkeys(NO_LIMITS, 1))):
        for number in range(3):
            session_id = await a_session()
            await send_message(ME, session_id, parts=text_parts("hello"), request_id=new_id("msg"))
            await provider_keys.put_key(ME, f"KEY_{number}", "the-first-secret")
            await workspaces.create_workspace(ME, name="Another")
            await tokens.create_token(ME, name="a token", scope=Scope.READ)
