"""Requests have the form that strict servers demand, after any order of messages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from chat_app.agents.models.chat_completions.request import chat_messages, request_body

SERVER = "models.example"


def asked(text: str) -> ModelRequest:
    return ModelRequest(parts=[UserPromptPart(content=text)])


def answered(*parts: Any) -> ModelResponse:
    return ModelResponse(parts=[TextPart(content=part) if isinstance(part, str) else part for part in parts])


def turns(*messages: ModelMessage) -> list[tuple[str, str | None]]:
    return [(message["role"], message["content"]) for message in chat_messages(messages, provider=SERVER)]


def test_neighbouring_messages_of_people_are_joined() -> None:
    assert turns(asked("one"), asked("two"), answered("hi"), asked("three")) == [
        ("user", "one\n\ntwo"),
        ("assistant", "hi"),
        ("user", "three"),
    ]


def test_neighbouring_answers_are_joined() -> None:
    assert turns(asked("one"), answered("part"), answered("whole"), asked("two")) == [
        ("user", "one"),
        ("assistant", "part\n\nwhole"),
        ("user", "two"),
    ]


def test_an_empty_answer_is_left_out() -> None:
    assert turns(asked("one"), answered(""), asked("two")) == [("user", "one\n\ntwo")]


def test_instructions_and_system_prompts_are_one_message() -> None:
    messages = [ModelRequest(parts=[SystemPromptPart(content="b"), UserPromptPart(content="hi")])]
    made = chat_messages(messages, provider=SERVER, instructions=[InstructionPart(content="a")])
    assert made == [{"role": "system", "content": "a\n\nb"}, {"role": "user", "content": "hi"}]


def called(call_id: str, *before: Any) -> list[ModelMessage]:
    call = ToolCallPart(tool_name="clock", args={}, tool_call_id=call_id)
    result = ToolReturnPart(tool_name="clock", content="noon", tool_call_id=call_id)
    return [answered(*before, call), ModelRequest(parts=[result])]


def test_a_call_and_its_result_are_messages_of_their_own() -> None:
    made = chat_messages([asked("when?"), *called("c1"), answered("At noon.")], provider=SERVER)
    assert made[1:] == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "clock", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "noon"},
        {"role": "assistant", "content": "At noon."},
    ]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_goes_back_in_its_field_to_its_server(field: str) -> None:
    thoughts = ThinkingPart(content="hm", provider_name=SERVER, provider_details={"field": field})
    messages = [asked("when?"), *called("c1", thoughts), answered("At noon."), asked("sure?")]
    [back] = [message for message in chat_messages(messages, provider=SERVER) if message.get("tool_calls")]
    assert back[field] == "hm"
    [elsewhere] = [message for message in chat_messages(messages, provider="other") if message.get("tool_calls")]
    assert field not in elsewhere


def test_typed_pieces_of_reasoning_go_back_unchanged() -> None:
    details = [{"type": "reasoning.encrypted", "data": "xyz"}]
    thoughts = ThinkingPart(
        content="", provider_name=SERVER, provider_details={"field": "reasoning_details", "details": details}
    )
    made = chat_messages([asked("when?"), *called("c1", thoughts)], provider=SERVER)
    assert made[1]["reasoning_details"] == details


def test_reasoning_of_tags_and_of_other_providers_stays_here() -> None:
    thoughts = [ThinkingPart(content="hm"), ThinkingPart(content="", signature="s", provider_name="anthropic")]
    made = chat_messages([asked("when?"), answered(*thoughts, "Noon."), asked("sure?")], provider=SERVER)
    assert made[1] == {"role": "assistant", "content": "Noon."}


def body(**values: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "model": "m",
        "provider": SERVER,
        "instructions": (),
        "settings": ModelSettings(),
        "params": ModelRequestParameters(),
        "stream": True,
        "new_token_limit": False,
    }
    return request_body([asked("hi")], **{**defaults, **values})


def test_settings_have_the_names_of_the_protocol() -> None:
    made = body(settings=ModelSettings(temperature=0.0, top_p=0.5, seed=3, max_tokens=9))
    assert (made["temperature"], made["top_p"], made["seed"], made["max_tokens"]) == (0.0, 0.5, 3, 9)
    assert made["stream_options"] == {"include_usage": True}


def test_openais_own_server_gets_the_new_name_of_the_token_limit() -> None:
    made = body(settings=ModelSettings(max_tokens=9), new_token_limit=True)
    assert made["max_completion_tokens"] == 9
    assert "max_tokens" not in made


def test_nothing_is_sent_that_was_not_set() -> None:
    assert body(stream=False) == {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


@pytest.mark.parametrize(("thinking", "effort"), [(True, "medium"), (False, "none"), ("low", "low"), ("max", "xhigh")])
def test_thinking_is_an_effort(thinking: Any, effort: str) -> None:
    assert body(params=ModelRequestParameters(thinking=thinking))["reasoning_effort"] == effort


def test_tools_are_described() -> None:
    tool = ToolDefinition(name="clock", description="Tells the time.")
    [made] = body(params=ModelRequestParameters(function_tools=[tool]))["tools"]
    assert made["function"]["name"] == "clock"
    assert made["function"]["parameters"] == {"type": "object", "properties": {}}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("asked"), st.text("ab", min_size=1, max_size=3)),
        st.tuples(st.just("answered"), st.text("ab", max_size=3)),
        st.tuples(st.just("called"), st.integers(0, 3)),
    ),
    max_size=20,
)


@given(STEPS)
@settings(deadline=None)
def test_people_and_assistant_take_turns_and_no_word_is_missing(steps: list[tuple[str, Any]]) -> None:
    messages: list[ModelMessage] = [asked("first")]
    words = ["first"]
    for number, (kind, value) in enumerate(steps):
        if kind == "asked":
            words.append(f"{value}{number}")
            messages.append(asked(words[-1]))
        elif kind == "answered":
            messages.append(answered(value))
        else:
            messages += called(f"c{number}")
    made = chat_messages(messages, provider=SERVER)
    assert_strict(made)
    said = "\n\n".join(message["content"] for message in made if message["role"] == "user")
    assert all(word in said for word in words)


def assert_strict(messages: list[dict[str, Any]]) -> None:
    """Check what strict chat templates demand: turns that alternate, and each result after its call."""
    roles: list[str] = []
    open_calls: list[str] = []
    before = None
    for message in messages:
        role = message["role"]
        if role == "tool":
            open_calls.remove(message["tool_call_id"])
        else:
            assert not open_calls
            if not (role == "assistant" and before == "tool"):
                roles.append(role)
            open_calls = [call["id"] for call in message.get("tool_calls", ())]
        before = role
    assert roles == [("user", "assistant")[index % 2] for index in range(len(roles))]
