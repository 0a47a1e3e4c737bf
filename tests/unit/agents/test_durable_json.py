"""Values of the workflow engine are stored as readable JSON and restored without running code."""

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
def test_plain_values_are_unchanged_after_a_round_trip(value: Any) -> None:
    assert again(value) == value


def test_the_arguments_of_a_workflow_are_restored() -> None:
    assert again({"args": ("trn_1",), "kwargs": {}}) == {"args": ["trn_1"], "kwargs": {}}


def test_a_model_response_is_restored_completely() -> None:
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


def test_a_turn_error_is_restored_with_its_code() -> None:
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


def test_only_the_class_name_of_any_other_error_is_stored() -> None:
    text = DurableJson().serialize(ValueError("sk-secret"))
    assert "sk-secret" not in text
    error = DurableJson().deserialize(text)
    assert isinstance(error, TurnError)
    assert (error.message, error.code) == ("ValueError", "internal")


def test_values_are_stored_as_readable_json() -> None:
    text = DurableJson().serialize({"output": "größer \N{GRINNING FACE}", "is_error": False})
    assert json.loads(text) == {"output": "größer \N{GRINNING FACE}", "is_error": False}
    assert "größer \N{GRINNING FACE}" in text


def test_a_value_that_json_cannot_represent_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        DurableJson().serialize({"value": object()})


@pytest.mark.parametrize("tag", ["model_response", "turn_error", "pickle"])
def test_text_that_looks_like_a_type_tag_is_restored_as_text(tag: str) -> None:
    said = json.dumps({"$chat_app": tag, "value": [], "message": "", "code": "", "details": {}})
    record = {"output": said, "is_error": False, "duration": 0.0}
    assert again(record) == record
