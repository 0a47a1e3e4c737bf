"""The scripted model: it plays its script and nothing else, and says when a test and its script do not fit."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelConnectionError, ModelRateLimitError, ModelTimeoutError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters

from chat_app.agents.models.scripted.gates import EventGates, FileGates
from chat_app.agents.models.scripted.model import ScriptedModel
from chat_app.agents.models.scripted.script import (
    Call,
    Chunk,
    Condition,
    Delay,
    Fail,
    Fault,
    Mark,
    Reasoning,
    Script,
    Step,
    Text,
    Wait,
)

pytestmark = pytest.mark.anyio


def asked(text: str = "hello") -> list[ModelMessage]:
    return [ModelRequest(parts=[UserPromptPart(content=text)])]


def script(*chunks: Chunk, **values: object) -> Script:
    return Script.model_validate({"steps": (Step(chunks=chunks),), **values})


async def _drain(events: AsyncIterator[object]) -> None:
    async for _ in events:
        pass


async def answer(model: ScriptedModel, messages: Sequence[ModelMessage] | None = None) -> ModelResponse:
    return await model.request(list(messages or asked()), None, ModelRequestParameters())


async def test_without_a_script_the_model_repeats_the_last_message() -> None:
    model = ScriptedModel()
    assert (await answer(model, asked("good morning"))).text == "good morning"
    assert (await answer(model, asked("good night"))).text == "good night"
    model.assert_done()


async def test_consecutive_chunks_of_one_kind_are_one_part_despite_delays_and_marks() -> None:
    chunks = (
        Reasoning(reasoning="Let "),
        Delay(delay=0),
        Reasoning(reasoning="me see."),
        Text(text="It is "),
        Mark(mark="half"),
        Text(text="late."),
        Call(tool="clock", arguments={"timezone": "UTC"}, id="call-1"),
        Call(tool="clock"),
        Text(text="Bye."),
    )
    parts = (await answer(ScriptedModel(script(*chunks)))).parts
    assert [type(part) for part in parts] == [ThinkingPart, TextPart, ToolCallPart, ToolCallPart, TextPart]
    assert [part.content for part in parts if isinstance(part, ThinkingPart | TextPart)] == [
        "Let me see.",
        "It is late.",
        "Bye.",
    ]
    calls = [part for part in parts if isinstance(part, ToolCallPart)]
    assert (calls[0].args, calls[0].tool_call_id) == ({"timezone": "UTC"}, "call-1")
    assert calls[1].tool_call_id != "call-1"


async def test_the_text_arrives_in_tokens() -> None:
    model = ScriptedModel(script(Text(text="one two\n three  ")))
    tokens: list[str] = []
    async with model.request_stream(asked(), None, ModelRequestParameters()) as stream:
        async for event in stream:
            match event:
                case PartStartEvent(part=TextPart(content=token)):
                    tokens.append(token)
                case PartDeltaEvent(delta=TextPartDelta(content_delta=token)):
                    tokens.append(token)
                case _:
                    pass
    assert tokens == ["one", " two", "\n three", "  "]


async def test_a_step_is_chosen_by_call_number_text_and_instructions() -> None:
    model = ScriptedModel(
        Script(
            steps=(
                Step(on=Condition(instructions="Name"), times=None, chunks=(Text(text="a title"),)),
                Step(on=Condition(call=2), chunks=(Text(text="second"),)),
                Step(on=Condition(text="weather"), chunks=(Text(text="sunny"),)),
                Step(chunks=(Text(text="other"),)),
            )
        )
    )
    naming = [ModelRequest(parts=[SystemPromptPart(content="Name it"), UserPromptPart(content="weather")])]
    assert (await answer(model, naming)).text == "a title"
    assert (await answer(model, asked("the weather?"))).text == "sunny"
    assert (await answer(model, asked("the weather?"))).text == "other"
    later = [*asked(), ModelResponse(parts=[TextPart(content="x")])]
    assert (await answer(model, later)).text == "second"
    assert (await answer(model, naming)).text == "a title"
    model.assert_done()


async def test_an_unexpected_model_call_fails_at_once_and_in_assert_done() -> None:
    model = ScriptedModel(script(Text(text="once")))
    await answer(model)
    with pytest.raises(AssertionError, match="no step of the script fits call 1 after 'again'"):
        await answer(model, asked("again"))
    with pytest.raises(AssertionError, match="again"):
        model.assert_done()


async def test_a_step_that_was_not_played_fails_in_assert_done() -> None:
    model = ScriptedModel(Script(steps=(Step(times=2), Step())))
    await answer(model)
    with pytest.raises(AssertionError, match=r"not played: \[0, 1\]"):
        model.assert_done()


async def test_varied_answers_of_two_calls_differ() -> None:
    model = ScriptedModel(Script(vary=True, steps=(Step(times=None, chunks=(Text(text="so it is"),)),)))
    first, second = (await answer(model)).text, (await answer(model)).text
    assert first != second
    for text in (first or "", second or ""):
        marks = re.findall(r"~(\w+)", text)
        assert len(marks) == 3
        assert len(set(marks)) == 1
        assert re.sub(r"~\w+", "", text) == "so it is"


async def test_a_slow_reader_does_not_delay_the_remaining_tokens() -> None:
    seconds = 1.0
    model = ScriptedModel(script(Text(text="word " * 41), tokens_per_second=40 / seconds))
    clock = asyncio.get_running_loop().time
    async with model.request_stream(asked(), None, ModelRequestParameters()) as stream:
        events = aiter(stream)
        began = clock()
        await anext(events)
        # At the end of this pause every token is due, so the rest arrives without waiting.
        await asyncio.sleep(seconds)
        paused = clock()
        async for _ in events:
            pass
        assert clock() - paused < seconds
        assert clock() - began >= seconds


async def test_tokens_are_not_faster_than_the_configured_rate() -> None:
    model = ScriptedModel(script(Text(text="word " * 21), tokens_per_second=200))
    began = asyncio.get_running_loop().time()
    await answer(model)
    assert asyncio.get_running_loop().time() - began >= 20 / 200


async def test_a_wait_ends_when_the_gate_opens() -> None:
    gates = EventGates()
    model = ScriptedModel(script(Text(text="a"), Mark(mark="here"), Wait(wait="go"), Text(text="b")), gates=gates)
    running = asyncio.create_task(answer(model))
    await gates.event("here").wait()
    assert not running.done()
    gates.event("go").set()
    assert (await running).text == "ab"


async def test_file_gates_connect_processes(tmp_path: Path) -> None:
    gates = FileGates(tmp_path)
    model = ScriptedModel(script(Mark(mark="here"), Wait(wait="go"), Text(text="b")), gates=gates)
    running = asyncio.create_task(answer(model))
    await gates.wait("here")
    assert (tmp_path / "here").exists()
    assert not running.done()
    gates.mark("go")
    assert (await running).text == "b"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=429, retry_after=2), ModelRateLimitError),
        (Fault(kind="connection"), ModelConnectionError),
        (Fault(kind="timeout"), ModelTimeoutError),
        (Fault(kind="crash", message="boom"), RuntimeError),
    ],
)
async def test_the_text_before_a_failure_is_streamed_first(fault: Fault, kind: type[Exception]) -> None:
    model = ScriptedModel(script(Text(text="so far"), Fail(error=fault)))
    async with model.request_stream(asked(), None, ModelRequestParameters()) as stream:
        events = aiter(stream)
        with pytest.raises(kind) as caught:
            await _drain(events)
        assert getattr(caught.value, "retry_after", None) == fault.retry_after
        assert stream.get().text == "so far"


async def test_the_agent_library_runs_the_model_with_tools() -> None:
    model = ScriptedModel(
        Script(
            steps=(
                Step(on=Condition(call=1), chunks=(Call(tool="clock", arguments={"timezone": "UTC"}),)),
                Step(on=Condition(call=2), chunks=(Text(text="done"),)),
            )
        )
    )
    agent = Agent(model)
    given: list[str] = []

    @agent.tool_plain
    def clock(timezone: str) -> str:  # pyright: ignore[reportUnusedFunction]
        given.append(timezone)
        return "noon"

    assert (await agent.run("time?")).output == "done"
    assert given == ["UTC"]
    model.assert_done()


async def test_a_script_file_is_loaded_once_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text(json.dumps({"steps": [{"chunks": [{"text": "one"}]}]}))
    model = ScriptedModel.load(str(path))
    assert ScriptedModel.load(str(path)) is model
    assert (await answer(model)).text == "one"
    path.write_text(json.dumps({"steps": [{"chunks": [{"text": "two"}, {"wait": "go"}]}]}))
    changed = ScriptedModel.load(str(path))
    assert changed is not model
    (tmp_path / "go").touch()
    assert (await answer(changed)).text == "two"
    assert ScriptedModel.load("echo").script is None


@pytest.mark.parametrize(
    "raw",
    [
        "{}",
        '{"steps": [{"chunks": [{"txet": "x"}]}]}',
        '{"steps": [{"chunk": []}]}',
        '{"steps": [], "tokens_per_second": 0}',
        '{"steps": [{"chunks": [{"delay": -1}]}]}',
    ],
)
def test_an_invalid_script_file_is_refused(raw: str, tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text(raw)
    with pytest.raises(ValueError, match="validation error"):
        ScriptedModel.load(str(path))
