"""Nobody sees or changes what they may not, whichever service they ask."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest
from sqlalchemy import text

from chat_app.db.tables import SQLModel
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.chat import Origin, SessionFilter, SessionStatus
from chat_app.domain.errors import Conflict, Forbidden, NotFound
from chat_app.services import reading, sessions, stream, turns
from chat_app.services.runtime import Runtime
from tests.agents import ECHO
from tests.integration.following import turn_ended

pytestmark = pytest.mark.anyio

Use = Callable[[Actor, str, str, str], Awaitable[object]]
"""A use of a service: by whom, and the ids of a session, of its message and of its turn."""


async def follow(actor: Actor, session_id: str) -> None:
    async with aclosing(stream.follow_session(actor, session_id)) as batches:
        await anext(batches)


READS: dict[str, Use] = {
    "session_summary": lambda actor, session, _message, _turn: reading.session_summary(actor, session),
    "open_session": lambda actor, session, _message, _turn: reading.open_session(actor, session),
    "open_session_at": lambda actor, session, message, _turn: reading.open_session_at(
        actor, session, message_id=message
    ),
    "page_of_session": lambda actor, session, _message, _turn: reading.page_of_session(actor, session),
    "get_message": lambda actor, session, message, _turn: reading.get_message(actor, session, message),
    "find_in_session": lambda actor, session, _message, _turn: reading.find_in_session(actor, session, text="a"),
    "mark_read": lambda actor, session, _message, _turn: sessions.mark_read(actor, session),
    "running_turn": lambda actor, session, _message, _turn: turns.running_turn(actor, session),
    "follow_session": lambda actor, session, _message, _turn: follow(actor, session),
}
WRITES: dict[str, Use] = {
    "rename_session": lambda actor, session, _message, _turn: sessions.rename_session(actor, session, title="Theirs"),
    "change_session": lambda actor, session, _message, _turn: sessions.change_session(
        actor, session, status=SessionStatus.ARCHIVED
    ),
    "archive_session": lambda actor, session, _message, _turn: sessions.archive_session(actor, session),
    "restore_session": lambda actor, session, _message, _turn: sessions.restore_session(actor, session),
    "delete_session": lambda actor, session, _message, _turn: sessions.delete_session(actor, session),
    "send_message": lambda actor, session, _message, _turn: turns.send_message(actor, session, text="theirs"),
    "stop_turn": lambda actor, session, _message, _turn: turns.stop_turn(actor, session),
    "retry_turn": lambda actor, session, _message, turn: turns.retry_turn(actor, session, turn),
}
USES = {**READS, **WRITES}

STRANGERS = {
    "somebody else of the workspace": Actor(
        user_id="usr_2", workspace_id=ME.workspace_id, role=Role.OWNER, name="Second"
    ),
    "the same person in another workspace": ME.model_copy(update={"workspace_id": "wsp_2"}),
    "a stranger": Actor(user_id="usr_2", workspace_id="wsp_2", role=Role.OWNER, name="Stranger"),
}
VIEWER = ME.model_copy(update={"role": Role.VIEWER})


async def a_session(origin: Origin | None = None) -> tuple[str, str, str]:
    """Make a session in which something was said, and return the ids of it, its message and its turn."""
    session = await sessions.create_session(ME, agent_key=ECHO, origin=origin, title="With a title of its own")
    sent = await turns.send_message(ME, session.id, text="a")
    await turn_ended(session.id)
    return session.id, sent.message.id, sent.turn.id


async def whole_database(app: Runtime) -> dict[str, list[str]]:
    """Return every row of every table."""
    async with app.db.read() as tx:
        connection = await tx.session.connection()
        return {
            table.name: [repr(row) for row in (await connection.execute(text(f'SELECT * FROM "{table.name}"'))).all()]
            for table in SQLModel.metadata.sorted_tables
        }


def test_every_service_that_takes_a_session_is_looked_at() -> None:
    found = {
        name
        for module in (reading, sessions, turns, stream)
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


async def test_what_does_not_exist_for_an_actor_reads_like_what_does_not_exist_at_all(app: Runtime) -> None:
    ids = await a_session()
    with pytest.raises(NotFound) as hidden:
        await reading.open_session(STRANGERS["a stranger"], ids[0])
    with pytest.raises(NotFound) as missing:
        await reading.open_session(ME, "ses_none")
    assert (hidden.value.message, hidden.value.details) == (missing.value.message, missing.value.details)


async def test_a_viewer_reads_and_does_not_write(app: Runtime) -> None:
    ids = await a_session()
    for use in READS.values():
        await use(VIEWER, *ids)
    before = await whole_database(app)
    for name, use in WRITES.items():
        with pytest.raises(Forbidden) as caught:
            await use(VIEWER, *ids)
        assert caught.value.code == "forbidden", name
    with pytest.raises(Forbidden):
        await sessions.create_session(VIEWER, agent_key=ECHO)
    assert await whole_database(app) == before


async def test_a_session_of_automation_is_for_its_workspace_and_for_nobody_else(app: Runtime) -> None:
    ids = await a_session(Origin.CRON)
    colleague, elsewhere, stranger = STRANGERS.values()
    for use in READS.values():
        await use(colleague, *ids)
    for outsider in (elsewhere, stranger):
        with pytest.raises(NotFound):
            await reading.open_session(outsider, ids[0])


async def test_lists_and_counts_hold_what_the_actor_may_read_and_no_more(app: Runtime) -> None:
    private, _, _ = await a_session()
    shared, _, _ = await a_session(Origin.CRON)

    async def seen_by(actor: Actor) -> tuple[set[str], int, str | None]:
        rows, _ = await reading.list_sessions(actor, where=SessionFilter())
        return (
            {row.session.id for row in rows},
            await reading.count_unread(actor),
            await reading.most_recent_session(actor),
        )

    assert await seen_by(ME) == ({private, shared}, 2, shared)
    colleague, elsewhere, stranger = STRANGERS.values()
    assert await seen_by(colleague) == ({shared}, 1, shared)
    assert await seen_by(elsewhere) == (set(), 0, None)
    assert await seen_by(stranger) == (set(), 0, None)


async def test_an_id_of_another_session_does_not_open_what_it_belongs_to(app: Runtime) -> None:
    _, message_id, turn_id = await a_session()
    mine, _, _ = await a_session()
    for use in (
        reading.get_message(ME, mine, message_id),
        reading.open_session_at(ME, mine, message_id=message_id),
        turns.retry_turn(ME, mine, turn_id),
    ):
        with pytest.raises(NotFound):
            await use


async def test_a_cursor_into_another_session_shows_nothing_of_it(app: Runtime) -> None:
    _, message_id, _ = await a_session()
    mine, _, _ = await a_session()
    page = await reading.page_of_session(ME, mine, before=message_id)
    assert page.transcript.messages == ()


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
async def test_an_id_that_somebody_else_took_opens_nothing(app: Runtime, stranger: Actor) -> None:
    await sessions.create_session(ME, agent_key=ECHO, session_id="ses_taken")
    with pytest.raises(Conflict) as caught:
        await sessions.create_session(stranger, agent_key=ECHO, session_id="ses_taken")
    assert caught.value.code == "id_taken"


async def test_reading_moves_only_the_readers_own_mark(app: Runtime) -> None:
    session_id, _, _ = await a_session(Origin.CRON)
    colleague = STRANGERS["somebody else of the workspace"]
    await sessions.mark_read(colleague, session_id)
    assert (await reading.session_summary(colleague, session_id)).unread == 0
    assert (await reading.session_summary(ME, session_id)).unread == 1
