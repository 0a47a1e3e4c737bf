"""Access checks of all services."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from itertools import product

import pytest

from chat_app.db import accounts as account_rows
from chat_app.db import participants as participant_rows
from chat_app.db import sessions as session_rows
from chat_app.domain.access import SessionFacts
from chat_app.domain.accounts import Account
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role, Scope
from chat_app.domain.errors import ChatAppError, Conflict, Forbidden, Invalid, NotFound
from chat_app.domain.events import LAST_OF_A_TURN
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import ChatSession, Origin, ParticipantRole, SessionFilter, SessionStatus, Visibility
from chat_app.services import agents
from chat_app.services.access import may_read
from chat_app.services.events import follow as stream
from chat_app.services.events import typing
from chat_app.services.events.follow import follow_session
from chat_app.services.runtime import Runtime
from chat_app.services.sessions import commands as sessions
from chat_app.services.sessions import participants
from chat_app.services.sessions import queries as reading
from chat_app.services.sessions.commands import (
    archive_session,
    create_session,
    delete_session,
    mark_read,
    rename_session,
    restore_session,
    share_session,
    update_session,
)
from chat_app.services.sessions.queries import (
    count_unread,
    find_in_session,
    get_message,
    list_sessions,
    most_recent_session,
    open_session,
    open_session_at,
    page_of_session,
    session_summary,
)
from chat_app.services.turns import commands as turns
from chat_app.services.turns.commands import retry_turn, running_turn, send_message, stop_turn
from chat_app.settings.application import Settings
from tests.support.agents import ECHO
from tests.support.builders import a_session as a_session_value
from tests.support.members import AT, insert_member
from tests.support.session_events import events_until, turn_of
from tests.support.stored_rows import whole_database

pytestmark = pytest.mark.anyio

Use = Callable[[Actor, str, str, str], Awaitable[object]]
"""A use of a service: by whom, and the ids of a session, of its message and of its turn."""


async def follow(actor: Actor, session_id: str) -> None:
    async with aclosing(follow_session(actor, session_id)) as batches:
        await anext(batches)


GUEST = "usr_guest"
"""A person whom others add and remove."""
READS: dict[str, Use] = {
    "session_summary": lambda actor, session, _message, _turn: session_summary(actor, session),
    "open_session": lambda actor, session, _message, _turn: open_session(actor, session),
    "open_session_at": lambda actor, session, message, _turn: open_session_at(actor, session, message_id=message),
    "page_of_session": lambda actor, session, _message, _turn: page_of_session(actor, session),
    "get_message": lambda actor, session, message, _turn: get_message(actor, session, message),
    "find_in_session": lambda actor, session, _message, _turn: find_in_session(actor, session, text="a"),
    "mark_read": lambda actor, session, _message, _turn: mark_read(actor, session),
    "running_turn": lambda actor, session, _message, _turn: running_turn(actor, session),
    "follow_session": lambda actor, session, _message, _turn: follow(actor, session),
    "list_participants": lambda actor, session, _message, _turn: participants.list_participants(actor, session),
    "list_participant_changes": lambda actor, session, _message, _turn: participants.list_participant_changes(
        actor, session
    ),
}
WRITES: dict[str, Use] = {
    "rename_session": lambda actor, session, _message, _turn: rename_session(actor, session, title="Theirs"),
    "update_session": lambda actor, session, _message, _turn: update_session(
        actor, session, status=SessionStatus.ARCHIVED
    ),
    "archive_session": lambda actor, session, _message, _turn: archive_session(actor, session),
    "restore_session": lambda actor, session, _message, _turn: restore_session(actor, session),
    "report_typing": lambda actor, session, _message, _turn: typing.report_typing(actor, session),
    "send_message": lambda actor, session, _message, _turn: send_message(actor, session, parts=text_parts("theirs")),
    "stop_turn": lambda actor, session, _message, _turn: stop_turn(actor, session),
    "retry_turn": lambda actor, session, _message, turn: retry_turn(actor, session, turn),
    "add_participant": lambda actor, session, _message, _turn: participants.add_participant(actor, session, GUEST),
    "remove_participant": lambda actor, session, _message, _turn: participants.remove_participant(
        actor, session, GUEST
    ),
    "share_session": lambda actor, session, _message, _turn: share_session(actor, session, Visibility.WORKSPACE),
    "delete_session": lambda actor, session, _message, _turn: delete_session(actor, session),
}
"""In an order in which all of them work with the same session."""
USES = {**READS, **WRITES}
OF_PEOPLE = {"list_participants", "list_participant_changes", "add_participant", "remove_participant"}
"""What owners and admins may do with sessions that they cannot read."""
OF_MAKERS = {"add_participant", "remove_participant", "share_session", "delete_session"}
"""What only the creator of a session and owners and admins may do."""

STRANGERS = {
    "somebody else of the workspace": Actor(
        user_id="usr_2", workspace_id=ME.workspace_id, role=Role.OWNER, name="Second"
    ),
    "the same person in another workspace": ME.model_copy(update={"workspace_id": "wsp_2"}),
    "a stranger": Actor(user_id="usr_2", workspace_id="wsp_2", role=Role.OWNER, name="Stranger"),
}
VIEWER = ME.model_copy(update={"role": Role.VIEWER})


AGENTS_FILE_OF_ONE = """
[[agents]]
key = "secret"
name = "Secret"
color = "#5b6ee1"
model = "scripted:echo"
readers = {readers}
writers = {writers}
"""


async def a_session(origin: Origin | None = None, *, by: Actor = ME) -> tuple[str, str, str]:
    """Create a session with a message, and return the ids of the session, the message and the turn."""
    session = await create_session(by, agent_key=ECHO, origin=origin, title="With a title of its own")
    sent = await send_message(by, session.id, parts=text_parts("a"))
    await events_until(session.id, lambda event: event.type in LAST_OF_A_TURN, actor=by)
    return session.id, sent.message.id, turn_of(sent).id


def test_every_service_that_takes_a_session_is_in_the_access_tests() -> None:
    found = {
        name
        for module in (reading, sessions, turns, stream, participants, typing)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and {"actor", "session_id"} <= inspect.signature(function).parameters.keys()
        and not name.startswith("_")
    }
    assert found - {"create_session"} == USES.keys()


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
async def test_a_private_session_does_not_exist_for_others(app: Runtime, stranger: Actor) -> None:
    ids = await a_session()
    before = await whole_database(app)
    for name, use in USES.items():
        with pytest.raises(NotFound) as caught:
            await use(stranger, *ids)
        assert caught.value.code == "session_not_found", name
    assert await whole_database(app) == before


@dataclass(frozen=True)
class Case:
    """A person and a session that they did not create."""

    visibility: Visibility
    participates: bool
    actor: Actor

    def expected(self, use: str) -> type[Exception] | None:
        """Return the error that a call of a service raises, or None."""
        admin = self.actor.role in (Role.OWNER, Role.ADMIN)
        here = self.actor.workspace_id == ME.workspace_id
        reads = here and (
            self.visibility == Visibility.WORKSPACE or (self.visibility == Visibility.GROUP and self.participates)
        )
        manages = here and admin and self.visibility != Visibility.PRIVATE
        if not reads and not (manages and use in OF_PEOPLE):
            return NotFound
        if use in WRITES and self.actor.role == Role.VIEWER:
            return Forbidden
        return Forbidden if use in OF_MAKERS and not admin else None


@pytest.mark.parametrize("participates", [True, False])
@pytest.mark.parametrize("visibility", Visibility)
async def test_each_role_can_do_only_what_the_visibility_of_a_session_permits(
    app: Runtime, visibility: Visibility, participates: bool
) -> None:
    maker = await insert_member(app, "Maker")
    await insert_member(app, "Guest")
    for role in Role:
        for workspace_id in (ME.workspace_id, "wsp_2"):
            ids = await a_session(by=maker)
            actor = ME.model_copy(update={"user_id": f"usr_{role}", "role": role, "workspace_id": workspace_id})
            case = Case(visibility, participates, actor)
            await put_into_place(app, case, ids[0])
            expected = {name: case.expected(name) for name in USES}
            before = await whole_database(app)
            for name, error in expected.items():
                if error is not None:
                    with pytest.raises(error):
                        await use_of(name, actor, ids)
            assert await whole_database(app) == before
            for name, error in expected.items():
                if error is None:
                    await use_of(name, actor, ids)


async def use_of(name: str, actor: Actor, ids: tuple[str, str, str]) -> None:
    """Call a service, and name it in the error if it should have been refused."""
    try:
        await USES[name](actor, *ids)
    except ChatAppError as error:
        error.add_note(f"{name} by {actor}")
        raise


async def put_into_place(app: Runtime, case: Case, session_id: str) -> None:
    """Change the rows of the session as the case requires; some cases cannot be reached through services."""
    async with app.db.write() as tx:
        await session_rows.update(tx, session_id, visibility=case.visibility)
        if await account_rows.get(tx, case.actor.user_id) is None:
            account = Account(id=case.actor.user_id, name=case.actor.role, email=None, created_at=AT)
            await account_rows.insert(tx, account, password_hash=None)
        if case.participates:
            await participant_rows.save(
                tx, ME.workspace_id, session_id, case.actor.user_id, role=ParticipantRole.OWNER, at=AT
            )
        # A participant for the attempt to remove one.
        await participant_rows.save(tx, ME.workspace_id, session_id, GUEST, role=ParticipantRole.MEMBER, at=AT)


HIDDEN = AGENTS_FILE_OF_ONE.format(readers='["member", "reader@example.com"]', writers='["admin"]')


async def test_the_session_list_and_the_read_rule_agree_in_every_case(app: Runtime, settings: Settings) -> None:
    settings.agents_path.write_text(HIDDEN, encoding="utf-8")
    app.agents.reload()
    await insert_member(app, "Maker")
    makers = ("usr_maker", ME.user_id)
    places = list(product(Visibility, ("wsp_local", "wsp_2"), ("secret", "gone"), makers, (True, False)))
    made: dict[str, tuple[ChatSession, bool]] = {}
    async with app.db.write() as tx:
        for number, (visibility, workspace_id, agent_key, creator_id, participates) in enumerate(places):
            session = a_session_value(
                id=f"ses_{number}",
                visibility=visibility,
                workspace_id=workspace_id,
                agent_key=agent_key,
                creator_id=creator_id,
            )
            await session_rows.insert(tx, session)
            if participates:
                await participant_rows.save(
                    tx, workspace_id, session.id, ME.user_id, role=ParticipantRole.MEMBER, at=AT
                )
            made[session.id] = (session, participates)
    for role, email in product(Role, (None, "reader@example.com", "other@example.com")):
        actor = ME.model_copy(update={"role": role, "email": email})
        page = await list_sessions(actor, limit=200)
        by_rule = {
            session_id
            for session_id, (session, participates) in made.items()
            if may_read(actor, SessionFacts.of(session), agent_key=session.agent_key, participates=participates)
        }
        assert {row.session.id for row in page.items} == by_rule
        for session_id in made:
            if session_id in by_rule:
                await session_summary(actor, session_id)
            else:
                with pytest.raises(NotFound):
                    await session_summary(actor, session_id)


async def test_an_agent_is_listed_for_its_readers_and_answers_only_its_writers(
    app: Runtime, settings: Settings
) -> None:
    settings.agents_path.write_text(HIDDEN, encoding="utf-8")
    app.agents.reload()
    owner_session = await create_session(ME, agent_key="secret", origin=Origin.CRON)
    viewer = VIEWER.model_copy(update={"user_id": "usr_2"})
    reader = viewer.model_copy(update={"email": "reader@example.com"})
    member = viewer.model_copy(update={"role": Role.MEMBER})
    assert agents.list_agents(viewer) == []
    for actor in (reader, member):
        assert [agent.key for agent in agents.list_agents(actor)] == ["secret"]
        assert await session_summary(actor, owner_session.id)
    assert agents.list_models(viewer) == []
    assert agents.find_agent(viewer, "secret") is None
    assert not agents.is_available(viewer, "secret")
    stranger = member.model_copy(update={"role": Role.MEMBER})
    with pytest.raises(Forbidden):
        await create_session(stranger, agent_key="secret")
    for ask in (
        send_message(member, owner_session.id, parts=text_parts("Hi")),
        typing.report_typing(member, owner_session.id),
    ):
        with pytest.raises(Forbidden):
            await ask


async def test_the_error_for_a_hidden_agent_equals_that_for_an_unknown_one(app: Runtime, settings: Settings) -> None:
    text = AGENTS_FILE_OF_ONE.format(readers='["admin"]', writers='["admin"]')
    settings.agents_path.write_text(text, encoding="utf-8")
    app.agents.reload()
    member = ME.model_copy(update={"role": Role.MEMBER, "user_id": "usr_2"})
    errors: list[Invalid] = []
    for key in ("secret", "nobody"):
        with pytest.raises(Invalid) as caught:
            await create_session(member, agent_key=key)
        errors.append(caught.value)
    assert errors[0].code == errors[1].code == "unknown_agent"
    assert errors[0].message.replace("secret", "nobody") == errors[1].message


async def test_a_read_token_cannot_write(app: Runtime) -> None:
    ids = await a_session()
    token = ME.model_copy(update={"scope": Scope.READ})
    for use in (*WRITES.values(), READS["mark_read"]):
        with pytest.raises(Forbidden):
            await use(token, *ids)


async def test_the_error_for_a_hidden_session_equals_that_for_an_unknown_one(app: Runtime) -> None:
    ids = await a_session()
    with pytest.raises(NotFound) as hidden:
        await open_session(STRANGERS["a stranger"], ids[0])
    with pytest.raises(NotFound) as missing:
        await open_session(ME, "ses_none")
    assert (hidden.value.message, hidden.value.details) == (missing.value.message, missing.value.details)


async def test_a_workspace_viewer_can_read_but_not_write(app: Runtime) -> None:
    ids = await a_session()
    for use in READS.values():
        await use(VIEWER, *ids)
    before = await whole_database(app)
    for name, use in WRITES.items():
        with pytest.raises(Forbidden) as caught:
            await use(VIEWER, *ids)
        assert caught.value.code == "forbidden", name
    with pytest.raises(Forbidden):
        await create_session(VIEWER, agent_key=ECHO)
    assert await whole_database(app) == before


async def test_a_cron_session_is_readable_only_in_its_workspace(app: Runtime) -> None:
    ids = await a_session(Origin.CRON)
    colleague, elsewhere, stranger = STRANGERS.values()
    for use in READS.values():
        await use(colleague, *ids)
    for outsider in (elsewhere, stranger):
        with pytest.raises(NotFound):
            await open_session(outsider, ids[0])


async def test_lists_and_counts_include_only_readable_sessions(app: Runtime) -> None:
    private, _, _ = await a_session()
    shared, _, _ = await a_session(Origin.CRON)

    async def seen_by(actor: Actor) -> tuple[set[str], int, str | None]:
        rows = (await list_sessions(actor, where=SessionFilter())).items
        return (
            {row.session.id for row in rows},
            await count_unread(actor),
            await most_recent_session(actor),
        )

    assert await seen_by(ME) == ({private, shared}, 2, shared)
    colleague, elsewhere, stranger = STRANGERS.values()
    assert await seen_by(colleague) == ({shared}, 1, shared)
    assert await seen_by(elsewhere) == (set(), 0, None)
    assert await seen_by(stranger) == (set(), 0, None)


async def test_message_and_turn_ids_of_another_session_are_not_found(app: Runtime) -> None:
    _, message_id, turn_id = await a_session()
    mine, _, _ = await a_session()
    for use in (
        get_message(ME, mine, message_id),
        open_session_at(ME, mine, message_id=message_id),
        retry_turn(ME, mine, turn_id),
    ):
        with pytest.raises(NotFound):
            await use


async def test_a_cursor_from_another_session_returns_no_messages(app: Runtime) -> None:
    _, message_id, _ = await a_session()
    mine, _, _ = await a_session()
    page = await page_of_session(ME, mine, before=message_id)
    assert page.transcript.messages == ()


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
async def test_creating_a_session_with_an_id_of_somebody_else_is_refused(app: Runtime, stranger: Actor) -> None:
    await create_session(ME, agent_key=ECHO, session_id="ses_taken")
    with pytest.raises(Conflict) as caught:
        await create_session(stranger, agent_key=ECHO, session_id="ses_taken")
    assert caught.value.code == "id_taken"


async def test_marking_a_session_read_affects_only_the_reader(app: Runtime) -> None:
    session_id, _, _ = await a_session(Origin.CRON)
    colleague = STRANGERS["somebody else of the workspace"]
    await mark_read(colleague, session_id)
    assert (await session_summary(colleague, session_id)).unread == 0
    assert (await session_summary(ME, session_id)).unread == 1
