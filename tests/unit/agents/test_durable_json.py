"""What the workflow engine keeps comes back as it was, as readable JSON that can run nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai.messages import ModelResponse, TextPart, ThinkingPart, ToolCallPart
from pydantic_ai.usage import RequestUsage

from chat_app.agents.run.durable_json import DurableJson
from chat_app.domain.errors import TurnError

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)


def again(value: Any) -> Any:
    durable = DurableJson()
    return durable.deserialize(durable.serialize(value))


@given(value=plain)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert again(value) == value


def test_a_workflows_arguments_come_back() -> None:
    assert again({"args": ("trn_1",), "kwargs": {}}) == {"args": ["trn_1"], "kwargs": {}}


def test_a_models_response_comes_back_whole() -> None:
    response = ModelResponse(
        parts=[
            ThinkingPart(content="Hm.", signature="sig", provider_name="anthropic"),
            TextPart(content="Let me see \N{GRINNING FACE}"),
            ToolCallPart(tool_name="clock", args={"timezone": "UTC"}, tool_call_id="call-1"),
        ],
        usage=RequestUsage(input_tokens=3, output_tokens=5),
        model_name="script",
        timestamp=datetime(2026, 3, 1, tzinfo=UTC),
        finish_reason="tool_call",
    )
    assert again(response) == response
    assert again([response]) == [response]


def test_an_error_of_a_turn_comes_back_with_its_code() -> None:
    error = again(TurnError("Too many requests.", code="rate_limited", details={"retry_after": 2}))
    assert isinstance(error, TurnError)
    assert (error.message, error.code, error.details) == ("Too many requests.", "rate_limited", {"retry_after": 2})


def test_records_of_an_older_version_can_be_read() -> None:
    response = DurableJson().deserialize(
        """{"$chat_app": "model_response", "value": [{"parts": [{"content": "Hi", "part_kind": "text"}], "usage":
        {"input_tokens": 1, "output_tokens": 2}, "model_name": "script", "timestamp": "2026-03-01T00:00:00Z",
        "kind": "response", "provider_name": "scripted", "finish_reason": "stop"}]}"""
    )
    assert isinstance(response, ModelResponse)
    assert (response.text, response.usage.output_tokens, response.finish_reason) == ("Hi", 2, "stop")
    error = DurableJson().deserialize(
        """{"$chat_app": "turn_error", "message": "Too many requests.", "code": "rate_limited", "details": {}}"""
    )
    assert isinstance(error, TurnError)
    assert (error.message, error.code) == ("Too many requests.", "rate_limited")


def test_of_any_other_error_only_its_name_is_kept() -> None:
    text = DurableJson().serialize(ValueError("sk-secret"))
    assert "sk-secret" not in text
    error = DurableJson().deserialize(text)
    assert isinstance(error, TurnError)
    assert (error.message, error.code) == ("ValueError", "internal")


def test_what_is_kept_is_json_that_a_person_can_read() -> None:
    text = DurableJson().serialize({"output": "größer \N{GRINNING FACE}", "is_error": False})
    assert json.loads(text) == {"output": "größer \N{GRINNING FACE}", "is_error": False}
    assert "größer \N{GRINNING FACE}" in text


def test_what_is_no_json_is_refused_instead_of_guessed() -> None:
    with pytest.raises(TypeError, match="object"):
        DurableJson().serialize({"value": object()})


@pytest.mark.parametrize("tag", ["model_response", "turn_error", "pickle"])
def test_a_person_who_writes_like_our_own_marks_gets_their_text_back(tag: str) -> None:
    said = json.dumps({"$chat_app": tag, "value": [], "message": "", "code": "", "details": {}})
    record = {"output": said, "is_error": False, "duration": 0.0}
    assert again(record) == record
