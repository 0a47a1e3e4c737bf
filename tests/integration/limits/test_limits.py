"""Each limit refuses what exceeds it, states when to try again, and does not affect anybody else."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from chat_app.db import turns as table
from chat_app.db import usage
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.errors import ChatAppError, Conflict, NotFound, TooMany, Unauthenticated
from chat_app.domain.events import LAST_OF_A_TURN
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import Origin
from chat_app.domain.turns import Usage
from chat_app.services.accounts.authentication import sign_in
from chat_app.services.accounts.places import Place
from chat_app.services.limits import checks as limits
from chat_app.services.limits.checks import FULL_COUNT_SECONDS, RUNNING_RETRY_SECONDS, check_request, check_send
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.commands import create_session, delete_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import SentMessage, retry_turn, send_message, stop_turn
from chat_app.settings.application import Settings
from chat_app.settings.web import WebSettings
from chat_app.web.authentication import AuthMiddleware
from tests.support.agents import ECHO, PLAYER, write_script
from tests.support.asgi import make_scope
from tests.support.limited_app import NO_LIMITS, Start, authenticate
from tests.support.password_login import OWNER, PASSWORD, set_up_owner
from tests.support.queries import plan_of, statements_of
from tests.support.session_events import PATIENCE, events_until, turn_of

pytestmark = pytest.mark.anyio

BOB = Actor(user_id="usr_bob", workspace_id=ME.workspace_id, role=Role.MEMBER, name="Bob")
STRANGER = Actor(user_id="usr_eve", workspace_id="wsp_2", role=Role.OWNER, name="Eve")


async def a_session(actor: Actor = ME, *, agent_key: str = ECHO) -> str:
    return (await create_session(actor, agent_key=agent_key, title="A title", origin=Origin.CRON)).id


async def say(session_id: str, actor: Actor = ME, **more: Any) -> SentMessage:
    """Send a message and wait for its answer."""
    sent = await send_message(actor, session_id, parts=text_parts("hello"), **more)
    await ended(session_id, turn_of(sent).id, actor)
    return sent


async def ended(session_id: str, turn_id: str, actor: Actor = ME) -> None:
    """Wait for the end of a turn."""
    await events_until(session_id, lambda event: event.type in LAST_OF_A_TURN and event.turn_id == turn_id, actor=actor)


async def refused(error: type[ChatAppError], code: str, session_id: str, actor: Actor = ME, **more: Any) -> Any:
    """Send a message that is refused, and return the error."""
    with pytest.raises(error) as caught:
        await send_message(actor, session_id, parts=text_parts("hello"), **more)
    assert caught.value.code == code
    return caught.value


async def test_messages_per_minute_are_limited_per_person_and_the_error_states_the_wait(start: Start) -> None:
    _, clock = await start(messages_per_minute_user=3)
    session_id = await a_session()
    for _ in range(3):
        await say(session_id)
    error = await refused(TooMany, "too_many_sends", session_id)
    assert error.message == "You have reached the limit of 3 messages per minute. Try again in 20 seconds."
    assert error.retry_after == 20
    await say(session_id, BOB)
    clock.wait(20)
    await say(session_id)
    await refused(TooMany, "too_many_sends", session_id)


async def test_messages_per_minute_are_limited_per_workspace(start: Start) -> None:
    await start(messages_per_minute_workspace=3)
    session_id = await a_session()
    for actor in (ME, BOB, ME):
        await say(session_id, actor)
    assert "This workspace" in (await refused(TooMany, "too_many_sends", session_id, BOB)).message
    elsewhere = await a_session(STRANGER)
    await say(elsewhere, STRANGER)


async def test_refused_messages_of_a_person_do_not_count_against_the_workspace_limit(start: Start) -> None:
    await start(messages_per_minute_user=1, messages_per_minute_workspace=3)
    session_id = await a_session()
    await say(session_id)
    for _ in range(5):
        await refused(TooMany, "too_many_sends", session_id)
    await say(session_id, BOB)


async def test_a_repeated_request_is_not_limited_but_a_new_message_is(start: Start) -> None:
    await start(messages_per_minute_user=1)
    session_id = await a_session()
    first = await say(session_id, request_id="r-1")
    for _ in range(3):
        again = await send_message(ME, session_id, parts=text_parts("hello"), request_id="r-1")
        assert again.message == first.message
    await refused(TooMany, "too_many_sends", session_id, request_id="r-2")
    await refused(TooMany, "too_many_sends", session_id, request_id="r-2")


async def test_over_the_limit_a_repeated_request_still_reveals_no_hidden_session(start: Start) -> None:
    await start(messages_per_minute_user=1)
    session_id = await a_session()
    await say(session_id, request_id="r-1")
    await say(await a_session(STRANGER), STRANGER)
    with pytest.raises(NotFound):
        await send_message(STRANGER, session_id, parts=text_parts("hello"), request_id="r-1")


async def test_a_retry_counts_as_a_message(start: Start) -> None:
    await start(messages_per_minute_user=2)
    session_id = await a_session()
    sent = await say(session_id)
    again = await retry_turn(ME, session_id, turn_of(sent).id)
    await ended(session_id, again.id)
    with pytest.raises(TooMany):
        await retry_turn(ME, session_id, turn_of(sent).id)


async def test_running_turns_are_limited_per_person(start: Start, tmp_path: Path) -> None:
    await start(max_running_turns_user=2)
    write_script(tmp_path, [{"times": None, "chunks": [{"wait": "never"}]}])
    at_work = [await a_session(agent_key=PLAYER) for _ in range(2)]
    for session_id in at_work:
        await send_message(ME, session_id, parts=text_parts("go"))
    third = await a_session()
    error = await refused(TooMany, "too_many_running", third, request_id="r-1")
    assert error.retry_after == RUNNING_RETRY_SECONDS
    await send_message(ME, at_work[0], parts=text_parts("waits in its session"))
    await say(third, BOB)
    await stop_turn(ME, at_work[1])
    await say(third, request_id="r-1")
    await stop_all(at_work[0])


async def stop_all(session_id: str) -> None:
    """Stop the running turn of a session and its queued ones."""
    while await stop_turn(ME, session_id):
        pass


async def test_running_turns_are_limited_per_workspace(start: Start, tmp_path: Path) -> None:
    await start(max_running_turns_workspace=1)
    write_script(tmp_path, [{"times": None, "chunks": [{"wait": "never"}]}])
    answered = await a_session()
    sent = await say(answered)
    at_work = await a_session(agent_key=PLAYER)
    await send_message(ME, at_work, parts=text_parts("go"))
    await refused(TooMany, "too_many_running", answered, BOB)
    with pytest.raises(TooMany):
        await retry_turn(BOB, answered, turn_of(sent).id)
    await say(await a_session(STRANGER), STRANGER)
    await stop_all(at_work)


async def use_tokens(app: Runtime, sent: SentMessage, number: int) -> None:
    """Store how many tokens the turn of a message used."""
    async with app.db.write() as tx:
        turn = await table.get(tx, turn_of(sent).id)
        assert turn is not None
        used = Usage(input_tokens=number - 1, output_tokens=1, requests=1)
        await table.save(tx, turn.model_copy(update={"usage": used}))


async def test_tokens_per_day_are_limited_per_person(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    app, clock = await start(tokens_per_day_user=1_000)
    monkeypatch.setattr(limits, "now", lambda: datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    session_id = await a_session()
    await use_tokens(app, await say(session_id), 999)
    clock.wait(app.settings.token_count_cache_seconds)
    await use_tokens(app, await say(session_id), 2)
    clock.wait(app.settings.token_count_cache_seconds)
    error = await refused(TooMany, "tokens_used_up", session_id)
    assert error.message == "You have reached the limit of 1,000 tokens per day. Try again in 4 hours."
    assert error.retry_after == 3.5 * 60 * 60
    await say(session_id, BOB)


async def test_tokens_per_day_are_limited_per_workspace(start: Start) -> None:
    app, clock = await start(tokens_per_day_workspace=1_000)
    session_id = await a_session()
    await use_tokens(app, await say(session_id), 600)
    await use_tokens(app, await say(session_id, BOB), 600)
    clock.wait(app.settings.token_count_cache_seconds)
    await refused(TooMany, "tokens_used_up", session_id, BOB)
    await say(await a_session(STRANGER), STRANGER)


async def test_tokens_used_before_the_start_of_the_period_do_not_count(app: Runtime) -> None:
    sent = await say(await a_session())
    await use_tokens(app, sent, 500)
    async with app.db.scan() as tx:
        assert (await usage.tokens_since(tx, turn_of(sent).created_at - timedelta(seconds=1)))[ME.user_id] == 500
        assert await usage.tokens_since(tx, turn_of(sent).created_at + timedelta(seconds=1)) == {}


async def test_stored_characters_are_limited_per_workspace(start: Start) -> None:
    app, clock = await start(max_characters_workspace=24)
    sent = [await say(await a_session()) for _ in range(2)]
    clock.wait(app.settings.character_count_cache_seconds)
    error = await refused(Conflict, "storage_full", sent[0].message.chat_session_id)
    assert "24 stored characters" in error.message
    elsewhere = await a_session(STRANGER)
    await say(elsewhere, STRANGER)
    await delete_session(ME, sent[0].message.chat_session_id)
    clock.wait(FULL_COUNT_SECONDS)
    await say(sent[1].message.chat_session_id)


async def test_stored_characters_are_limited_per_person(start: Start) -> None:
    app, clock = await start(max_characters_user=12)
    first, second = await a_session(), await a_session()
    await say(first)
    await say(second)
    error = await refused(Conflict, "storage_full", second)
    assert "12 stored characters" in error.message
    clock.wait(app.settings.character_count_cache_seconds)
    await refused(Conflict, "storage_full", second)
    # Answers of the agent count for no person, and messages of others count for their authors.
    await say(second, BOB)
    await delete_session(ME, first)
    clock.wait(FULL_COUNT_SECONDS)
    await say(second)


async def test_characters_sent_since_the_last_count_are_included(start: Start) -> None:
    await start(max_characters_workspace=12)
    session_id = await a_session()
    await check_send(ME, length=6)
    await check_send(ME, length=6)
    with pytest.raises(Conflict):
        await check_send(ME, length=6)
    await refused(Conflict, "storage_full", session_id)


async def test_limits_do_not_apply_without_a_login(settings: Settings) -> None:
    strictest = settings.model_copy(update=dict.fromkeys(NO_LIMITS, 1))
    async with running(strictest):
        first, second = await a_session(), await a_session()
        for _ in range(3):
            await say(first)
            await say(second)
            await check_request(ME)


async def test_requests_are_limited_per_person_and_the_response_states_the_wait(
    start: Start, rest: httpx.AsyncClient
) -> None:
    _, clock = await start(requests_per_minute_user=2)
    await authenticate(rest)
    answers = [await rest.get("/v1/agents") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "30"
    error = answers[2].json()["error"]
    assert error["code"] == "too_many_requests"
    assert error["message"] == "You have reached the limit of 2 requests per minute. Try again in 30 seconds."
    assert error["details"] == {"retry_after": 30}
    assert (await rest.get("/healthz")).status_code == 200
    clock.wait(30)
    assert (await rest.get("/v1/agents")).status_code == 200


async def test_requests_are_limited_per_workspace(start: Start) -> None:
    await start(requests_per_minute_workspace=2)
    await check_request(ME)
    await check_request(BOB)
    with pytest.raises(TooMany, match="This workspace"):
        await check_request(ME)
    await check_request(STRANGER)


async def test_a_message_over_the_limit_gets_status_429_with_retry_after(start: Start, rest: httpx.AsyncClient) -> None:
    await start(messages_per_minute_user=1)
    await authenticate(rest)
    session_id = await a_session()
    address = f"/v1/chat/{session_id}/messages"
    sent = await rest.post(address, json={"content": "hello"})
    assert sent.status_code == 202
    await ended(session_id, sent.json()["turn"]["id"])
    answer = await rest.post(address, json={"content": "hello"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


async def test_failed_sign_ins_block_their_address_only(start: Start) -> None:
    app, _ = await start()
    await set_up_owner()
    await sign_in(email=OWNER, password=PASSWORD, place=Place(address="192.0.2.7"))
    for _ in range(app.settings.max_sign_ins_address_and_account):
        with pytest.raises(Unauthenticated):
            await sign_in(email=OWNER, password="a guess", place=Place(address="192.0.2.1"))
    with pytest.raises(TooMany):
        await sign_in(email=OWNER, password=PASSWORD, place=Place(address="192.0.2.1"))
    await sign_in(email=OWNER, password=PASSWORD, place=Place(address="192.0.2.7"))


async def test_the_counts_for_each_message_use_an_index(app: Runtime) -> None:
    async def count() -> None:
        async with app.db.read() as tx:
            await usage.running_turns(tx, ME.workspace_id, ME.user_id)
            await usage.sessions_of(tx, ME.user_id)
            await usage.sessions_in(tx, ME.workspace_id)
            await usage.tokens_since(tx, datetime.now(UTC))

    running_plan, sessions_plan, workspace_plan, tokens_plan = [
        await plan_of(app, statement, parameters) for statement, parameters in await statements_of(count)
    ]
    # A scan of this partial index reads only running and queued turns.
    assert running_plan[0] == "SCAN turn USING INDEX ux_turn_at_work"
    assert sessions_plan == ["SEARCH chat_session USING COVERING INDEX ix_session_creator (creator_id=?)"]
    assert len(workspace_plan) == 1
    assert re.fullmatch(r"SEARCH chat_session USING COVERING INDEX \w+ \(workspace_id=\?\)", workspace_plan[0])
    assert tokens_plan[0].startswith("SEARCH turn USING INDEX")
    assert all(
        step.startswith(("SEARCH", "SCAN turn USING INDEX ux", "USE TEMP")) for step in running_plan + tokens_plan
    )


@pytest.mark.parametrize(
    ("limit", "text", "allowed"),
    [
        pytest.param({"events_per_minute_user": 6_000}, "an event", 6_000, id="events"),
        # Ten of them have four bytes more than the limit.
        pytest.param({"event_bytes_per_minute_user": 1_048_576}, "x" * 104_858, 9, id="bytes"),
    ],
)
async def test_page_events_over_the_limit_are_delayed_and_not_lost(
    start: Start, limit: dict[str, int], text: str, allowed: int
) -> None:
    _, clock = await start(**limit)
    await set_up_owner()
    secret = (await sign_in(email=OWNER, password=PASSWORD)).secret
    scope = make_scope(
        f"/_event?token={uuid4()}&EIO=4&transport=websocket", kind="websocket", cookie=f"chat_login={secret}"
    )
    sent: asyncio.Queue[Message] = asyncio.Queue()
    for _ in range(allowed + 1):
        sent.put_nowait({"type": "websocket.receive", "text": text})
    sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
    reached: list[Message] = []

    async def page(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            reached.append(message)

    async def send(message: Message) -> None:
        raise AssertionError(f"nobody says {message}")

    socket = asyncio.create_task(AuthMiddleware(page, settings=WebSettings())(scope, sent.get, send))
    async with asyncio.timeout(PATIENCE):
        while sent.qsize() > 1:  # noqa: ASYNC110 - the queue has no signal for a read item
            await asyncio.sleep(0)
        assert len(reached) == allowed
        clock.wait(0.01)
        await socket
    assert len(reached) == allowed + 1
