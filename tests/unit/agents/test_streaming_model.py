"""The step number of a model call within its turn, for any history before the turn."""

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
def test_the_step_number_is_counted_from_the_last_message_of_a_person(messages: list[ModelMessage], step: int) -> None:
    assert step_number(messages) == step
