"""Database queries of each use case: their number does not grow with the rows, and each uses an index."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import pytest

from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import Origin, SessionFilter, Visibility
from chat_app.services.events.follow import follow_session, follow_workspace, last_position
from chat_app.services.runtime import Runtime
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import create_session, delete_session, mark_read, share_session
from chat_app.services.sessions.queries import (
    count_unread,
    list_sessions,
    most_recent_session,
    open_session,
    page_of_session,
)
from chat_app.services.turns.commands import running_turn, send_message
from tests.support.agents import ECHO
from tests.support.members import insert_member
from tests.support.queries import HARMLESS_STEPS, Statement, plan_of, statements_of
from tests.support.session_events import turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio


async def a_session(messages: int = 0, *, origin: Origin | None = None) -> str:
    session = await create_session(ME, agent_key=ECHO, origin=origin, title="With a title of its own")
    for number in range(messages):
        await say(session.id, str(number))
    return session.id


async def say(session_id: str, words: str = "hello") -> None:
    sent = await send_message(ME, session_id, parts=text_parts(words))
    await wait_for_turn_end(session_id, turn_id=turn_of(sent).id)


async def test_listing_one_or_fifty_sessions_takes_the_same_number_of_queries(app: Runtime) -> None:
    await a_session(1)
    few = await statements_of(lambda: list_sessions(ME))
    for number in range(49):
        await a_session(number % 10 == 0)
    many = await statements_of(lambda: list_sessions(ME))
    assert len((await list_sessions(ME, limit=100)).items) == 50
    assert len(many) == len(few) <= 3


async def test_opening_a_session_takes_the_same_number_of_queries_for_any_length(app: Runtime) -> None:
    session_id = await a_session(1)
    few = await statements_of(lambda: open_session(ME, session_id))
    for number in range(24):
        await say(session_id, str(number))
    many = await statements_of(lambda: open_session(ME, session_id))
    assert len((await open_session(ME, session_id)).transcript.messages) == 50
    assert len(many) == len(few) <= 6


async def test_more_participants_take_no_more_queries(app: Runtime) -> None:
    session_id = await a_session(1)
    await participants.add_participant(ME, session_id, (await insert_member(app, "First")).user_id)
    uses: dict[str, Callable[[], Awaitable[object]]] = {
        "the list": lambda: list_sessions(ME),
        "a group": lambda: open_session(ME, session_id),
        "its people": lambda: participants.list_participants(ME, session_id),
        "a remark": lambda: send_message(ME, session_id, parts=text_parts("Between us")),
        "missed events": lambda: missed_events(session_id),
    }
    few = {name: len(await statements_of(use)) for name, use in uses.items()}
    for number in range(20):
        person = await insert_member(app, f"Person{number}")
        await participants.add_participant(ME, session_id, person.user_id)
        await send_message(person, session_id, parts=text_parts("Hello"))
    many = {name: len(await statements_of(use)) for name, use in uses.items()}
    assert len(await participants.list_participants(ME, session_id)) == 22
    assert many == few
    # One of them reads who added and removed people.
    assert few["a group"] <= 9


async def test_a_turn_takes_the_same_write_queries_in_a_new_and_in_a_long_session(app: Runtime) -> None:
    new, long = await a_session(1), await a_session(12)
    await a_session(1)
    first = await statements_of(lambda: say(new, "the same words"))
    later = await statements_of(lambda: say(long, "the same words"))
    assert sorted(_shape(first)) == sorted(_shape(later))


def _shape(statements: Sequence[Statement]) -> list[str]:
    """Return the kind of each writing statement: reads for connected viewers are not part of a turn."""
    return [statement.split("VALUES")[0] for statement, _ in statements if not statement.startswith("SELECT")]


async def second_page(session_id: str) -> None:
    page = await list_sessions(ME, limit=1)
    await list_sessions(ME, cursor=page.cursor)
    opened = await open_session(ME, session_id, limit=2)
    await page_of_session(ME, session_id, before=opened.transcript.messages[0].id)


async def missed_events(session_id: str) -> None:
    follower = follow_session(ME, session_id, after=0)
    await anext(follower)
    await follower.aclose()
    everything = follow_workspace(ME, after=0)
    await anext(everything)
    await anext(everything)
    await everything.aclose()


USES: dict[str, Callable[[str], Awaitable[object]]] = {
    "the list": lambda _: list_sessions(ME),
    "the list of an agent": lambda _: list_sessions(ME, where=SessionFilter(agent_key=ECHO)),
    "the list of an origin": lambda _: list_sessions(ME, where=SessionFilter(origin=Origin.CRON)),
    "the unread": lambda _: list_sessions(ME, where=SessionFilter(unread=True)),
    "the number of unread": lambda _: count_unread(ME),
    "the newest session": lambda _: most_recent_session(ME),
    "the newest session of an agent": lambda _: most_recent_session(ME, agent_key=ECHO),
    "a session": lambda session_id: open_session(ME, session_id),
    "the running turn": lambda session_id: running_turn(ME, session_id),
    "the newest position": lambda _: last_position(ME),
    "a send, its turn and its end": say,
    "a mark": lambda session_id: mark_read(ME, session_id),
    "a repeat": lambda session_id: send_message(ME, session_id, parts=text_parts("2"), request_id="req-1"),
    "a deletion": lambda session_id: delete_session(ME, session_id),
    "the second pages": second_page,
    "its people": lambda session_id: participants.list_participants(ME, session_id),
    "another person": lambda session_id: participants.add_participant(ME, session_id, ME.user_id),
    "a share": lambda session_id: share_session(ME, session_id, Visibility.WORKSPACE),
    "missed events": missed_events,
}


async def test_unread_messages_are_counted_from_the_read_mark_of_their_session(app: Runtime) -> None:
    read, unread = await a_session(3), await a_session(1)
    await mark_read(ME, read)
    rows = (await list_sessions(ME)).items
    assert {row.session.id: row.unread for row in rows} == {read: 0, unread: 1}
    await say(read)
    await mark_read(ME, unread)
    rows = (await list_sessions(ME, where=SessionFilter(unread=True))).items
    assert {row.session.id: row.unread for row in rows} == {read: 1}
    assert await count_unread(ME) == 1


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
async def test_every_query_uses_an_index(app: Runtime, use: Callable[[str], Awaitable[object]]) -> None:
    session_id = await a_session(3)
    await a_session(1, origin=Origin.CRON)
    await send_message(ME, session_id, parts=text_parts("2"), request_id="req-1")
    await wait_for_turn_end(session_id)
    asked = await statements_of(lambda: use(session_id))
    assert asked
    for statement, parameters in asked:
        for step in await plan_of(app, statement, parameters):
            assert not step.startswith("SCAN") or step in HARMLESS_STEPS, f"{step} in {statement}"
            assert "TEMP B-TREE" not in step, f"{step} in {statement}"


async def test_a_query_without_an_index_is_detected(app: Runtime) -> None:
    steps = await plan_of(app, "SELECT id FROM chat_session WHERE preview = ? ORDER BY title", ("a",))
    assert any(step.startswith("SCAN") for step in steps)
    assert any("TEMP B-TREE" in step for step in steps)
