"""Access rules of sessions and agents, for all combinations of the facts that decide them."""

from __future__ import annotations

from itertools import product

import pytest

from chat_app.domain.access import (
    SessionFacts,
    may_read_agent,
    may_read_session,
    may_see_participants,
    may_write_agent,
    owns_or_manages,
)
from chat_app.domain.actor import Actor, Role
from chat_app.domain.agents import Agent
from chat_app.domain.sessions import Visibility

ACTOR = Actor(user_id="usr_1", workspace_id="wsp_1", role=Role.MEMBER, name="Ada", email="ada@example.com")
MANAGERS = (Role.OWNER, Role.ADMIN)


def facts(*, workspace: str = "wsp_1", creator: str = "usr_2", visibility: Visibility) -> SessionFacts:
    return SessionFacts(workspace_id=workspace, creator_id=creator, visibility=visibility)


def actor(role: Role) -> Actor:
    return ACTOR.model_copy(update={"role": role})


@pytest.mark.parametrize("role", Role)
def test_others_read_a_session_by_participation_or_by_workspace_visibility_and_agent(role: Role) -> None:
    readers = {
        (visibility, participates, reads_agent)
        for visibility, participates, reads_agent in product(Visibility, (False, True), (False, True))
        if may_read_session(
            actor(role), facts(visibility=visibility), participates=participates, may_read_agent=reads_agent
        )
    }
    # The role alone gives no access: managers can't read sessions in which they do not participate.
    assert readers == {
        (Visibility.GROUP, True, False),
        (Visibility.GROUP, True, True),
        (Visibility.WORKSPACE, False, True),
        (Visibility.WORKSPACE, True, True),
    }


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("role", Role)
def test_a_creator_may_read_their_session_only_in_its_workspace(role: Role, visibility: Visibility) -> None:
    for participates, reads_agent in product((False, True), repeat=2):
        assert may_read_session(
            actor(role),
            facts(creator="usr_1", visibility=visibility),
            participates=participates,
            may_read_agent=reads_agent,
        )
        assert not may_read_session(
            actor(role),
            facts(workspace="wsp_2", creator="usr_1", visibility=visibility),
            participates=participates,
            may_read_agent=reads_agent,
        )


@pytest.mark.parametrize("role", Role)
def test_managers_may_see_the_participants_of_shared_sessions(role: Role) -> None:
    for visibility in Visibility:
        shared = facts(visibility=visibility)
        expected = role in MANAGERS and visibility != Visibility.PRIVATE
        assert may_see_participants(actor(role), shared, reads=False) is expected
        assert may_see_participants(actor(role), shared, reads=True)
    elsewhere = facts(workspace="wsp_2", visibility=Visibility.WORKSPACE)
    assert not may_see_participants(actor(role), elsewhere, reads=False)


@pytest.mark.parametrize("role", Role)
def test_creators_and_managers_may_share_and_delete_a_session(role: Role) -> None:
    assert owns_or_manages(actor(role), facts(creator="usr_1", visibility=Visibility.GROUP))
    assert owns_or_manages(actor(role), facts(visibility=Visibility.GROUP)) is (role in MANAGERS)


@pytest.mark.parametrize(
    ("readers", "writers", "reads", "writes"),
    [
        (("viewer",), ("member",), set(Role), {Role.OWNER, Role.ADMIN, Role.MEMBER}),
        (("admin",), ("viewer",), {Role.OWNER, Role.ADMIN}, {Role.OWNER, Role.ADMIN}),
        (("ada@example.com",), ("ada@example.com",), set(Role), set(Role)),
        (("ada@example.com",), ("ben@example.com",), set(Role), {Role.OWNER, Role.ADMIN}),
        ((), (), {Role.OWNER, Role.ADMIN}, {Role.OWNER, Role.ADMIN}),
    ],
)
def test_an_agent_may_be_used_by_its_readers_and_writers_and_by_managers(
    readers: tuple[str, ...], writers: tuple[str, ...], reads: set[Role], writes: set[Role]
) -> None:
    agent = Agent(key="echo", name="Echo", color="#5b6ee1", model="scripted:echo", readers=readers, writers=writers)
    assert {role for role in Role if may_read_agent(actor(role), agent)} == reads
    assert {role for role in Role if may_write_agent(actor(role), agent)} == writes
