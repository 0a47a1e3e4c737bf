"""A session's messages as a model reads them, and a model's response as parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    ThinkingPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.messages import TextPart as ModelTextPart
from pydantic_ai.messages import ToolCallPart as ModelToolCallPart

from chat_app.agents.run.history import (
    BEGINNING,
    NO_RESULT,
    model_conversation,
    response_parts,
    result_id,
    storable_response,
)
from chat_app.domain.messages import Message
from chat_app.domain.parts import ErrorPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from tests.support.builders import a_message

QUESTION = a_message(id="msg_q", role="user", parts=(TextPart(id="0.0", text="What time is it?"),))


def history_of(*messages: Message) -> list[ModelMessage]:
    """Return what a model knows of earlier messages, a person's and an answer at least, when the next one comes."""
    return model_conversation([QUESTION, *messages], QUESTION)[0][1:]


def asked(text: str, *, author: str | None = None) -> Message:
    return a_message(role="user", parts=(TextPart(id="0.0", text=text),), author_name=author)


def answer(*parts: Part) -> Message:
    return a_message(parts=parts)


def call(part_id: str, call_id: str) -> ToolCallPart:
    return ToolCallPart(id=part_id, call_id=call_id, name="clock", arguments={"timezone": "UTC"})


def result(part_id: str, call_id: str, output: str) -> ToolResultPart:
    return ToolResultPart(id=part_id, call_id=call_id, output=output)


def shape(history: Sequence[ModelMessage]) -> list[list[tuple[str, object]]]:
    """Return a short form of each message of a history."""
    return [[_short(part) for part in message.parts] for message in history]


def _short(part: object) -> tuple[str, object]:
    match part:
        case UserPromptPart(content=content):
            return "user", content
        case ModelTextPart(content=content):
            return "text", content
        case ThinkingPart(content=content):
            return "thinking", content
        case ModelToolCallPart(tool_call_id=call_id):
            return "call", call_id
        case ToolReturnPart(tool_call_id=call_id, content=content):
            return "return", (call_id, content)
        case _:
            raise AssertionError(part)


def test_each_step_is_a_response_followed_by_the_results_of_its_tool_calls() -> None:
    said = answer(
        TextPart(id="0.0", text="Let me look."),
        call("0.1", "a"),
        result("0.1.1", "a", "12:00"),
        TextPart(id="1.0", text="It is noon."),
    )
    assert shape(model_conversation([QUESTION, said], QUESTION)[0]) == [
        [("user", "What time is it?")],
        [("text", "Let me look."), ("call", "a")],
        [("return", ("a", "12:00"))],
        [("text", "It is noon.")],
    ]


def test_results_have_the_order_of_their_tool_calls() -> None:
    said = answer(call("0.0", "a"), result("0.0.1", "a", "1"), call("0.1", "b"), result("0.1.1", "b", "2"))
    assert shape(history_of(said)) == [
        [("call", "a"), ("call", "b")],
        [("return", ("a", "1")), ("return", ("b", "2"))],
    ]


def test_a_tool_call_without_a_result_gets_one_that_says_so() -> None:
    said = answer(call("0.0", "a"), call("0.1", "b"), result("0.1.1", "b", "2"))
    assert shape(history_of(said))[1] == [("return", ("a", NO_RESULT)), ("return", ("b", "2"))]


def test_two_steps_may_use_the_same_call_id() -> None:
    said = answer(call("0.0", "a"), result("0.0.1", "a", "1"), call("1.0", "a"), result("1.0.1", "a", "2"))
    assert shape(history_of(said))[1::2] == [[("return", ("a", "1"))], [("return", ("a", "2"))]]


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (ErrorPart(id="0.1000000", code="internal", text="It broke."),),
        (TextPart(id="0.0", text=""),),
        (ReasoningPart(id="0.0", text="Hm."),),
    ],
    ids=["nothing", "an error", "no text", "reasoning that nobody signed"],
)
def test_an_answer_without_content_for_the_model_is_left_out(parts: tuple[Part, ...]) -> None:
    history, prompt = model_conversation([asked("one"), answer(*parts)], asked("two"))
    assert (history, prompt) == ([], "one\n\ntwo")


def test_the_text_before_an_error_is_kept() -> None:
    said = answer(TextPart(id="0.0", text="It is"), ErrorPart(id="0.1000000", code="internal", text="It broke."))
    assert shape(history_of(said)) == [[("text", "It is")]]


def test_signed_reasoning_keeps_its_signature_and_provider() -> None:
    signed = ReasoningPart(id="0.0", text="Hm.", provider_metadata={"signature": "sig", "provider": "anthropic"})
    history = history_of(answer(signed, TextPart(id="0.1", text="Yes.")))
    assert isinstance(history[0], ModelResponse)
    assert history[0].parts[0] == ThinkingPart(content="Hm.", signature="sig", provider_name="anthropic")


def test_a_history_that_begins_with_an_answer_gets_a_beginning() -> None:
    history, _ = model_conversation([answer(TextPart(id="0.0", text="Welcome."))], QUESTION)
    assert shape(history) == [[("user", BEGINNING)], [("text", "Welcome.")]]


def test_reasoning_keeps_the_field_that_it_came_in() -> None:
    thoughts = ThinkingPart(content="Hm.", provider_name="server", provider_details={"field": "reasoning"})
    response = ModelResponse(parts=[thoughts, ModelTextPart(content="Yes.")])
    [back] = history_of(answer(*response_parts(response, step=0, durations={})))
    assert back.parts[0] == thoughts


TURNS = st.lists(
    st.one_of(
        st.tuples(st.just("asked"), st.just(())),
        st.tuples(
            st.just("answered"),
            st.lists(st.sampled_from(["text", "reasoning", "call", "result", "error", "empty"]), max_size=5),
        ),
    ),
    max_size=12,
)


@given(TURNS, st.booleans())
@settings(deadline=None)
def test_people_and_model_take_turns_after_any_order_of_messages(turns: list[Any], several_people: bool) -> None:
    words: list[str] = []
    messages: list[Message] = []
    for number, (kind, parts) in enumerate(turns):
        if kind == "asked":
            words.append(f"word{number}.")
            messages.append(asked(words[-1], author="Ada"))
        else:
            messages.append(answer(*_parts(parts)))
    history, prompt = model_conversation(messages, asked("last.", author="Ada"), several_people=several_people)
    assert [type(message) for message in _without_steps(history)] == [
        (ModelRequest, ModelResponse)[index % 2] for index in range(len(_without_steps(history)))
    ]
    assert not history or isinstance(history[-1], ModelResponse) or isinstance(history[-1].parts[0], ToolReturnPart)
    parts = [part for message in shape(history) for part in message]
    said = "\n\n".join([*(str(content) for kind, content in parts if kind == "user"), prompt])
    positions = [said.index(word) for word in (*words, "last.")]
    assert positions == sorted(positions)


def _parts(kinds: list[str]) -> list[Part]:
    made: list[Part] = []
    for step, kind in enumerate(kinds):
        match kind:
            case "text":
                made.append(TextPart(id=f"{step}.0", text="Some words."))
            case "reasoning":
                made.append(ReasoningPart(id=f"{step}.0", text="Hm."))
            case "call":
                made.append(call(f"{step}.0", f"c{step}"))
            case "result":
                made += [call(f"{step}.0", f"c{step}"), result(f"{step}.0.1", f"c{step}", "noon")]
            case "error":
                made.append(ErrorPart(id=f"{step}.1000000", code="internal", text="It broke."))
            case _:
                made.append(TextPart(id=f"{step}.0", text=""))
    return made


def _without_steps(history: list[ModelMessage]) -> list[ModelMessage]:
    """Return a history in which the results of tools, and what the model says after them, belong to the same answer."""
    kept: list[ModelMessage] = []
    for message in history:
        if isinstance(message.parts[0], ToolReturnPart):
            continue
        if kept and isinstance(message, ModelResponse) and isinstance(kept[-1], ModelResponse):
            assert any(isinstance(part, ModelToolCallPart) for part in kept[-1].parts)
            kept[-1] = message
            continue
        kept.append(message)
    return kept


def test_a_history_consists_of_requests_and_responses() -> None:
    history = model_conversation([QUESTION, answer(TextPart(id="0.0", text="Noon."))], QUESTION)[0]
    assert [type(message) for message in history] == [ModelRequest, ModelResponse]


def test_a_response_becomes_parts_in_the_same_order_with_ids_from_step_and_position() -> None:
    response = ModelResponse(
        parts=[
            ThinkingPart(content="Hm.", signature="sig", provider_name="anthropic"),
            ModelTextPart(content="Let me look."),
            ModelToolCallPart(tool_name="clock", args='{"timezone": "UTC"}', tool_call_id="a"),
        ]
    )
    assert response_parts(response, step=2, durations={0: 1.5}) == [
        ReasoningPart(
            id="2.0", text="Hm.", duration=1.5, provider_metadata={"signature": "sig", "provider": "anthropic"}
        ),
        TextPart(id="2.1", text="Let me look."),
        ToolCallPart(id="2.2", call_id="a", name="clock", arguments={"timezone": "UTC"}),
    ]


def test_empty_parts_of_a_response_are_left_out_and_the_others_keep_their_ids() -> None:
    empty: list[ModelResponsePart] = [
        ModelTextPart(content=""),
        ThinkingPart(content=""),
        ModelTextPart(content="Yes."),
    ]
    assert response_parts(ModelResponse(parts=empty), step=0, durations={}) == [TextPart(id="0.2", text="Yes.")]


@pytest.mark.parametrize("args", ["{not json", "[1]", '"text"'])
def test_invalid_tool_arguments_are_kept_as_they_were_written(args: str) -> None:
    response = ModelResponse(parts=[ModelToolCallPart(tool_name="clock", args=args, tool_call_id="a")])
    (part,) = response_parts(response, step=0, durations={})
    assert isinstance(part, ToolCallPart)
    assert list(part.arguments.values()) == [args]


@pytest.mark.parametrize("args", ['{"a\\u0000": "b\\u0000", "c": NaN}', {"a\x00": "b\x00", "c": float("nan")}])
def test_tool_arguments_become_storable(args: str | dict[str, Any]) -> None:
    response = ModelResponse(parts=[ModelToolCallPart(tool_name="clock", args=args, tool_call_id="a")])
    (part,) = response_parts(response, step=0, durations={})
    assert isinstance(part, ToolCallPart)
    assert part.arguments == {"a\N{REPLACEMENT CHARACTER}": "b\N{REPLACEMENT CHARACTER}", "c": "nan"}


def test_every_text_of_a_response_becomes_storable() -> None:
    broken, whole = "a\x00b\ud83d", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    response = ModelResponse(
        parts=[
            ModelTextPart(content=broken),
            ThinkingPart(content=broken),
            ModelToolCallPart(tool_name=broken, args=broken, tool_call_id="a"),
            ModelToolCallPart(tool_name=broken, args={broken: [broken, {broken: 1.5}]}, tool_call_id="b"),
            ModelToolCallPart(tool_name="clock", args=None, tool_call_id="c"),
        ]
    )
    text, thinking, first, second, third = storable_response(response).parts
    assert text == ModelTextPart(content=whole)
    assert thinking == ThinkingPart(content=whole)
    assert first == ModelToolCallPart(tool_name=whole, args=whole, tool_call_id="a")
    assert second == ModelToolCallPart(tool_name=whole, args={whole: [whole, {whole: 1.5}]}, tool_call_id="b")
    assert third == response.parts[4]


def test_the_halves_of_a_surrogate_pair_are_joined() -> None:
    (part,) = storable_response(ModelResponse(parts=[ModelTextPart(content="\ud83d\ude00!")])).parts
    assert part == ModelTextPart(content="\N{GRINNING FACE}!")


def test_a_result_has_the_id_that_follows_its_tool_call() -> None:
    parts = [TextPart(id="0.0", text="Let me look."), call("0.1", "a"), call("0.2", "b")]
    assert result_id(parts, "b") == "0.2.1"
    assert result_id(parts, "c") is None


def test_a_result_belongs_to_the_newest_tool_call_with_its_call_id() -> None:
    parts = [call("0.0", "a"), result("0.0.1", "a", "1"), call("1.0", "a")]
    assert result_id(parts, "a") == "1.0.1"
