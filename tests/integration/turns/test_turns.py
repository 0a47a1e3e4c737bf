"""Turns: a message goes in, an answer comes out, and it ends exactly once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from chat_app.db import messages
from chat_app.db import turns as stored_turns
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.errors import Conflict, Invalid
from chat_app.domain.events import LAST_OF_A_TURN, PartDelta, TurnDelayed
from chat_app.domain.messages import MESSAGE_TEXT_LIMIT, readable_by_agent
from chat_app.domain.parts import ErrorPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, text_parts
from chat_app.domain.sessions import TitleSource
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turns import TurnStatus
from chat_app.services.runtime import Runtime
from chat_app.services.sessions.commands import create_session
from chat_app.services.sessions.queries import session_summary
from chat_app.services.startup import running
from chat_app.services.turns.commands import retry_turn, send_message, stop_turn
from chat_app.settings.application import Settings
from tests.support.agents import ECHO, PLAYER, write_script
from tests.support.session_events import events_until, read_transcript, turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio

_ELSEWHERE = """
[[agents]]
key = "elsewhere"
name = "Elsewhere"
color = "#2d8a74"
model = "openai:llama"
base_url = "http://127.0.0.1:9/v1"
api_key_env = "ELSEWHERE_KEY"
settings = { context_window = 8192 }
"""


async def test_an_answer_is_streamed_and_stored(app: Runtime) -> None:
    session = await create_session(ME, agent_key=ECHO)
    sent = await send_message(ME, session.id, parts=text_parts("one two three"))
    seen = await wait_for_turn_end(session.id)
    assert "".join(event.data.text for event in seen if isinstance(event.data, PartDelta)) == "one two three"
    after = await read_transcript(session.id)
    assert [message.content for message in after.messages] == ["one two three", "one two three"]
    assert after.turns[turn_of(sent).id].status == TurnStatus.COMPLETED
    assert after.open_parts == {}


async def test_the_last_event_of_a_turn_is_its_end_event(app: Runtime) -> None:
    session = await create_session(ME, agent_key=ECHO)
    await send_message(ME, session.id, parts=text_parts("hello"))
    seen = await wait_for_turn_end(session.id)
    of_turn = [event.type for event in seen if event.turn_id is not None]
    assert [kind for kind in of_turn if kind in LAST_OF_A_TURN] == ["turn.completed"]
    assert of_turn[-1] == "turn.completed"
    assert [event.seq for event in seen if event.durable] == list(range(1, seen[-1].seq + 1))


async def test_tools_and_reasoning_are_parts_of_the_answer(app: Runtime, tmp_path: Path) -> None:
    call = {"tool": "calculator", "arguments": {"expression": "6 * 7"}, "id": "call-1"}
    write_script(
        tmp_path,
        [
            {"on": {"call": 1}, "chunks": [{"reasoning": "I should compute."}, call]},
            {"on": {"call": 2}, "chunks": [{"text": "It is 42."}]},
        ],
    )
    session = await create_session(ME, agent_key=PLAYER)
    await send_message(ME, session.id, parts=text_parts("six times seven?"))
    await wait_for_turn_end(session.id)
    answer = (await read_transcript(session.id)).messages[-1]
    reasoning, called, result, text = answer.parts
    assert isinstance(reasoning, ReasoningPart)
    assert reasoning.text == "I should compute."
    assert isinstance(called, ToolCallPart)
    assert called.arguments == {"expression": "6 * 7"}
    assert isinstance(result, ToolResultPart)
    assert (result.call_id, result.output, result.is_error) == (called.call_id, "42", False)
    assert isinstance(text, TextPart)
    assert text.text == "It is 42."


async def test_a_tool_that_fails_is_shown_and_the_turn_goes_on(app: Runtime, tmp_path: Path) -> None:
    call = {"tool": "calculator", "arguments": {"expression": "1 / 0"}}
    write_script(tmp_path, [{"on": {"call": 1}, "chunks": [call]}, {"chunks": [{"text": "Not defined."}]}])
    session = await create_session(ME, agent_key=PLAYER)
    await send_message(ME, session.id, parts=text_parts("one by zero?"))
    await wait_for_turn_end(session.id)
    answer = (await read_transcript(session.id)).messages[-1]
    result = next(part for part in answer.parts if isinstance(part, ToolResultPart))
    assert result.is_error
    assert answer.content == "Not defined."


async def test_invalid_tool_arguments_are_shown_as_an_error(app: Runtime, tmp_path: Path) -> None:
    wrong = {"tool": "calculator", "arguments": {"formula": "1"}}
    write_script(tmp_path, [{"on": {"call": 1}, "chunks": [wrong]}, {"chunks": [{"text": "Sorry."}]}])
    session = await create_session(ME, agent_key=PLAYER)
    await send_message(ME, session.id, parts=text_parts("?"))
    await wait_for_turn_end(session.id)
    parts = (await read_transcript(session.id)).messages[-1].parts
    assert any(isinstance(part, ToolResultPart) and part.is_error for part in parts)


async def test_a_repeated_request_creates_one_message_and_one_turn(app: Runtime) -> None:
    session = await create_session(ME, agent_key=ECHO)
    sent = await asyncio.gather(
        *(send_message(ME, session.id, parts=text_parts("once"), request_id="req-1") for _ in range(8))
    )
    assert len({(each.message.id, turn_of(each).id) for each in sent}) == 1
    await wait_for_turn_end(session.id)
    assert len((await read_transcript(session.id)).messages) == 2


async def test_a_request_id_with_another_text_is_a_conflict(app: Runtime) -> None:
    session = await create_session(ME, agent_key=ECHO)
    await send_message(ME, session.id, parts=text_parts("one"), request_id="req-1")
    with pytest.raises(Conflict) as caught:
        await send_message(ME, session.id, parts=text_parts("two"), request_id="req-1")
    assert caught.value.code == "request_id_reused"
    await wait_for_turn_end(session.id)
    assert [message.content for message in (await read_transcript(session.id)).messages] == ["one", "one"]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (MESSAGE_TEXT_LIMIT + 1), "a\x00b", "\ud83d"])
async def test_an_invalid_text_changes_nothing(app: Runtime, text: str) -> None:
    session = await create_session(ME, agent_key=ECHO)
    before = await read_transcript(session.id)
    with pytest.raises(Invalid):
        await send_message(ME, session.id, parts=text_parts(text))
    assert await read_transcript(session.id) == before


async def test_a_text_of_the_maximum_length_is_stored_completely(app: Runtime) -> None:
    text = "é" * MESSAGE_TEXT_LIMIT
    session = await create_session(ME, agent_key=ECHO)
    await send_message(ME, session.id, parts=text_parts(text))
    await wait_for_turn_end(session.id)
    assert [message.content for message in (await read_transcript(session.id)).messages] == [text, text]


async def test_turns_of_a_session_run_in_sequence(app: Runtime, tmp_path: Path) -> None:
    write_script(
        tmp_path,
        [
            {"on": {"text": "first"}, "chunks": [{"mark": "began"}, {"wait": "go-on"}, {"text": "1"}]},
            {"on": {"text": "second"}, "chunks": [{"text": "2"}]},
        ],
    )
    session = await create_session(ME, agent_key=PLAYER)
    first = await send_message(ME, session.id, parts=text_parts("first"))
    second = await send_message(ME, session.id, parts=text_parts("second"))
    now = await read_transcript(session.id)
    assert now.turns[turn_of(first).id].status == TurnStatus.RUNNING
    assert now.turns[turn_of(second).id].status == TurnStatus.QUEUED
    (tmp_path / "go-on").touch()
    await wait_for_turn_end(session.id, turn_id=turn_of(second).id)
    answers = [
        message.content for message in (await read_transcript(session.id)).messages if message.role == "assistant"
    ]
    assert answers == ["Hello. What shall we do?", "1", "2"]


async def test_messages_beyond_the_limit_of_queued_turns_are_refused(settings: Settings, tmp_path: Path) -> None:
    write_script(tmp_path, [{"times": None, "chunks": [{"wait": "go-on"}, {"text": "ok"}]}])
    async with running(settings.model_copy(update={"max_queued_turns": 1})):
        session = await create_session(ME, agent_key=PLAYER)
        for text in ("runs", "waits"):
            await send_message(ME, session.id, parts=text_parts(text))
        with pytest.raises(Conflict) as caught:
            await send_message(ME, session.id, parts=text_parts("too many"))
        assert caught.value.code == "too_many_queued"
        (tmp_path / "go-on").touch()


async def test_a_stop_keeps_the_streamed_text_and_starts_the_next_turn(app: Runtime, tmp_path: Path) -> None:
    write_script(
        tmp_path,
        [
            {"on": {"text": "first"}, "chunks": [{"text": "The begin"}, {"wait": "never"}, {"text": "ning."}]},
            {"on": {"text": "second"}, "chunks": [{"text": "Next."}]},
        ],
    )
    session = await create_session(ME, agent_key=PLAYER)
    first = await send_message(ME, session.id, parts=text_parts("first"))
    second = await send_message(ME, session.id, parts=text_parts("second"))
    await events_until(
        session.id, lambda event: isinstance(event.data, PartDelta) and event.data.text.endswith("begin")
    )
    stopped = await stop_turn(ME, session.id)
    assert stopped is not None
    assert stopped.id == turn_of(first).id
    await wait_for_turn_end(session.id, turn_id=turn_of(second).id)
    after = await read_transcript(session.id)
    assert after.turns[turn_of(first).id].status == TurnStatus.CANCELLED
    assert [message.content for message in after.messages[2::2]] == ["The begin", "Next."]


async def test_a_turn_interrupted_by_a_shutdown_is_resumed_at_the_next_start(
    settings: Settings, tmp_path: Path
) -> None:
    write_script(tmp_path, [{"times": None, "chunks": [{"text": "Half "}, {"wait": "go-on"}, {"text": "whole."}]}])
    async with running(settings):
        session = await create_session(ME, agent_key=PLAYER)
        await send_message(ME, session.id, parts=text_parts("go"))
        await events_until(session.id, lambda event: isinstance(event.data, PartDelta))
    (tmp_path / "go-on").touch()
    async with running(settings):
        await wait_for_turn_end(session.id)
        after = await read_transcript(session.id)
    (turn,) = after.turns.values()
    assert (turn.status, turn.attempt) == (TurnStatus.COMPLETED, 2)
    assert turn.resumed_at is not None
    assert after.messages[-1].content == "Half whole."


async def test_stopping_without_a_running_turn_changes_nothing(app: Runtime) -> None:
    session = await create_session(ME, agent_key=ECHO)
    before = await read_transcript(session.id)
    assert await stop_turn(ME, session.id) is None
    assert await read_transcript(session.id) == before


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"status": 400, "code": "context_length_exceeded"}, TurnErrorCode.CONTEXT_OVERFLOW),
        ({"status": 401}, TurnErrorCode.MODEL_UNAVAILABLE),
        ({"kind": "crash"}, TurnErrorCode.INTERNAL),
    ],
)
async def test_an_error_fails_the_turn_with_a_text_and_keeps_the_streamed_text(
    app: Runtime, tmp_path: Path, error: dict[str, object], code: str
) -> None:
    write_script(tmp_path, [{"chunks": [{"text": "So far"}, {"error": error}]}])
    session = await create_session(ME, agent_key=PLAYER)
    sent = await send_message(ME, session.id, parts=text_parts("go"))
    seen = await wait_for_turn_end(session.id)
    assert seen[-1].type == "turn.failed"
    after = await read_transcript(session.id)
    assert after.turns[turn_of(sent).id].error_code == code
    text, failed = after.messages[-1].parts
    assert isinstance(text, TextPart)
    assert text.text == "So far"
    assert isinstance(failed, ErrorPart)
    assert failed.code == code
    assert len(failed.text) > 20


async def test_an_unexpected_exception_is_logged_with_its_traceback(
    app: Runtime, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_script(tmp_path, [{"chunks": [{"error": {"kind": "crash"}}]}])
    session = await create_session(ME, agent_key=PLAYER)
    sent = await send_message(ME, session.id, parts=text_parts("go"))
    await wait_for_turn_end(session.id)
    (record,) = [each for each in caplog.records if turn_of(sent).id in each.getMessage()]
    assert record.exc_info is not None
    assert record.exc_info[2] is not None


async def test_an_empty_answer_fails_the_turn_with_no_output(app: Runtime, tmp_path: Path) -> None:
    write_script(tmp_path, [{"times": None, "chunks": []}])
    session = await create_session(ME, agent_key=PLAYER)
    sent = await send_message(ME, session.id, parts=text_parts("go"))
    await wait_for_turn_end(session.id)
    assert (await read_transcript(session.id)).turns[turn_of(sent).id].error_code == TurnErrorCode.NO_OUTPUT


async def test_a_rate_limit_is_waited_out_and_shown(app: Runtime, tmp_path: Path) -> None:
    limited = {"error": {"status": 429, "retry_after": 0.01}}
    write_script(tmp_path, [{"chunks": [{"text": "Half"}, limited]}, {"chunks": [{"text": "Whole."}]}])
    session = await create_session(ME, agent_key=PLAYER)
    await send_message(ME, session.id, parts=text_parts("go"))
    seen = await wait_for_turn_end(session.id)
    delays = [event.data.delay for event in seen if isinstance(event.data, TurnDelayed)]
    assert [delay.reason if delay else None for delay in delays] == ["rate_limited", None]
    assert (await read_transcript(session.id)).messages[-1].content == "Whole."


async def test_a_persistent_rate_limit_fails_the_turn(app: Runtime, tmp_path: Path) -> None:
    write_script(tmp_path, [{"times": None, "chunks": [{"error": {"status": 429, "retry_after": 0.001}}]}])
    session = await create_session(ME, agent_key=PLAYER)
    sent = await send_message(ME, session.id, parts=text_parts("go"))
    seen = await wait_for_turn_end(session.id)
    assert (await read_transcript(session.id)).turns[turn_of(sent).id].error_code == TurnErrorCode.RATE_LIMITED
    waits = [event for event in seen if isinstance(event.data, TurnDelayed) and event.data.delay]
    assert len(waits) == app.settings.model_retries


async def test_a_failed_turn_can_be_retried(app: Runtime, tmp_path: Path) -> None:
    write_script(tmp_path, [{"chunks": [{"error": {"status": 401}}]}, {"chunks": [{"text": "Now."}]}])
    session = await create_session(ME, agent_key=PLAYER)
    sent = await send_message(ME, session.id, parts=text_parts("go"))
    await wait_for_turn_end(session.id)
    again = await retry_turn(ME, session.id, turn_of(sent).id)
    await wait_for_turn_end(session.id, turn_id=again.id)
    after = await read_transcript(session.id)
    assert after.messages[-1].content == "Now."
    assert after.messages[-1].parent_id == sent.message.id


async def test_a_retry_with_another_model_uses_the_server_of_the_agent_with_that_model(
    settings: Settings, tmp_path: Path
) -> None:
    with (tmp_path / "agents.toml").open("a", encoding="utf-8") as file:
        file.write(_ELSEWHERE)
    async with running(settings) as app:
        session = await create_session(ME, agent_key=ECHO)
        sent = await send_message(ME, session.id, parts=text_parts("go"))
        await wait_for_turn_end(session.id)
        again = await retry_turn(ME, session.id, turn_of(sent).id, model="openai:llama")
        await stop_turn(ME, session.id)
        async with app.db.read() as tx:
            asked = await stored_turns.agent_of(tx, again.id)
    assert (again.agent_key, again.model) == (ECHO, "openai:llama")
    assert (asked.key, asked.base_url, asked.api_key_env) == (ECHO, "http://127.0.0.1:9/v1", "ELSEWHERE_KEY")
    assert asked.settings.context_window == 8_192


async def test_a_model_that_no_agent_has_is_refused(app: Runtime) -> None:
    session = await create_session(ME, agent_key=ECHO)
    sent = await send_message(ME, session.id, parts=text_parts("go"))
    await wait_for_turn_end(session.id)
    with pytest.raises(Invalid) as caught:
        await retry_turn(ME, session.id, turn_of(sent).id, model="openai:nobody")
    assert caught.value.code == "unknown_model"
    assert len((await read_transcript(session.id)).turns) == 1


async def test_an_empty_answer_leaves_the_question_as_the_preview(app: Runtime, tmp_path: Path) -> None:
    write_script(tmp_path, [{"chunks": [{"wait": "never"}]}])
    session = await create_session(ME, agent_key=PLAYER)
    await send_message(ME, session.id, parts=text_parts("anyone?"))
    await stop_turn(ME, session.id)
    summary = await session_summary(ME, session.id)
    assert (summary.preview, summary.preview_role) == ("anyone?", "user")


async def test_the_first_message_is_the_title_until_a_model_generates_one(app: Runtime, tmp_path: Path) -> None:
    session = await create_session(ME, agent_key=PLAYER)
    await send_message(ME, session.id, parts=text_parts("please name this"))
    seen = await events_until(session.id, lambda event: getattr(event.data, "title_source", None) == TitleSource.MODEL)
    titles = [event.data.title for event in seen if event.type == "session.renamed"]  # type: ignore[union-attr]
    assert titles == ["please name this", "A title"]


async def test_a_title_chosen_by_a_person_is_not_replaced(app: Runtime) -> None:
    session = await create_session(ME, agent_key=PLAYER, title="Mine")
    await send_message(ME, session.id, parts=text_parts("hello"))
    await wait_for_turn_end(session.id)
    second = await send_message(ME, session.id, parts=text_parts("hello again"))
    await wait_for_turn_end(session.id, turn_id=turn_of(second).id)
    assert (await read_transcript(session.id)).session.title == "Mine"


async def test_an_agent_gets_the_conversation_before_the_question(app: Runtime, tmp_path: Path) -> None:
    session = await create_session(ME, agent_key=PLAYER)
    write_script(tmp_path, [{"on": {"text": "alpha"}, "chunks": [{"text": "beta"}]}])
    await send_message(ME, session.id, parts=text_parts("alpha"))
    await wait_for_turn_end(session.id)
    asked = await send_message(ME, session.id, parts=text_parts("gamma"))
    async with app.db.read() as tx:
        earlier = await messages.page_before(tx, session.id, before=asked.message.id, limit=50)
    contents = [message.content for message in readable_by_agent(earlier.items)]
    assert contents == ["Hello. What shall we do?", "alpha", "beta"]
