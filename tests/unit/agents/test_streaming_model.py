"""Which step of its turn a model call is, whatever came before the turn and however it was joined."""

from __future__ import annotations

import pytest
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
    RetryInfo,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from chat_app.agents.run.streaming_model import step_number

SAID = ModelRequest(parts=[UserPromptPart("a"), UserPromptPart("b"), UserPromptPart("c")])
ANSWER = ModelResponse(parts=[TextPart("Yes.")])
CALL = ModelResponse(parts=[ToolCallPart("clock", "{}", "1")])
RESULT = ModelRequest(parts=[ToolReturnPart("clock", "noon", "1")])
AGAIN = ModelRequest(parts=[RetryFeedbackPart("Once more.", retry=RetryInfo(cause="validation_error"))])


@pytest.mark.parametrize(
    ("messages", "step"),
    [
        ([SAID], 0),
        ([SAID, ANSWER, SAID], 0),
        ([SAID, CALL, RESULT], 1),
        ([SAID, CALL, RESULT, ANSWER, SAID, CALL, RESULT, ANSWER, AGAIN], 2),
    ],
)
def test_a_step_is_counted_from_what_a_person_said_last(messages: list[ModelMessage], step: int) -> None:
    assert step_number(messages) == step
