"""The prompts of the embedded model: conversations in ChatML, and the choice of a tool."""

from __future__ import annotations

import pytest
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import (
    BinaryContent,
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

from chat_app.agents.models.embedded.conversation import read_conversation
from chat_app.agents.models.embedded.prompts import PromptMessage, Tool, answer_prompt, choice_grammar, choice_prompt

CALCULATOR = Tool(name="calculator", description="Calculate\n  an expression.", schema={"type": "object"})


def calculated(outcome: str = "success") -> list[ModelMessage]:
    call = ToolCallPart(tool_name="calculator", args={"expression": "6*7"}, tool_call_id="c1")
    result = ToolReturnPart(tool_name="calculator", content="42", tool_call_id="c1", outcome=outcome)  # pyright: ignore[reportArgumentType]
    return [ModelRequest.user_text_prompt("What is 6*7?"), ModelResponse(parts=[call]), ModelRequest(parts=[result])]


def test_instructions_come_first_and_turns_alternate() -> None:
    history: list[ModelMessage] = [
        ModelRequest(parts=[SystemPromptPart(content="Be kind."), UserPromptPart(content="One")]),
        ModelRequest.user_text_prompt("Two"),
        ModelResponse(parts=[ThinkingPart(content="hm"), TextPart(content="Three")]),
        ModelRequest.user_text_prompt("Four"),
    ]
    read = read_conversation(history, instructions=["Be brief."])
    assert [(turn.role, turn.text) for turn in read.messages] == [
        ("system", "Be brief.\n\nBe kind."),
        ("user", "One\n\nTwo"),
        ("assistant", "Three"),
        ("user", "Four"),
    ]
    assert read.question == "Four"


def test_a_tool_result_is_appended_to_the_question() -> None:
    read = read_conversation(calculated(), instructions=[])
    assert [turn.role for turn in read.messages] == ["user"]
    assert read.messages[0].text.startswith("What is 6*7?\n\n<tool_result")
    assert "42" in read.messages[0].text
    assert read.question == "What is 6*7?"
    assert read.answered_by == {"calculator"}


def test_a_tool_that_failed_may_be_called_again() -> None:
    assert read_conversation(calculated("failed"), instructions=[]).answered_by == frozenset()


def test_a_new_question_makes_every_tool_callable_again() -> None:
    history = [*calculated(), ModelRequest.user_text_prompt("And 7*8?")]
    assert read_conversation(history, instructions=[]).answered_by == frozenset()


def test_a_file_is_refused_instead_of_left_out_silently() -> None:
    image = BinaryContent(data=b"x", media_type="image/png")
    with pytest.raises(UserError, match="text only"):
        read_conversation([ModelRequest(parts=[UserPromptPart(content=["Look:", image])])], instructions=[])


def test_a_conversation_without_instructions_still_has_a_system_turn() -> None:
    prompt = answer_prompt([PromptMessage(role="user", text="Hi")])
    assert prompt.startswith("<|im_start|>system\n")
    assert prompt.endswith("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")


def test_tool_choice_prompts_differ_only_at_the_end() -> None:
    first, second = choice_prompt("What is 1+1?", [CALCULATOR]), choice_prompt("Hello", [CALCULATOR])
    tail = "What is 1+1?<|im_end|>\n<|im_start|>assistant\n"
    assert first.endswith(tail)
    assert second.startswith(first.removesuffix(tail)), "the beginning has to be read only once"
    assert "- calculator: Calculate an expression.\n" in first


def test_the_tool_choice_prompt_contains_only_both_ends_of_a_long_message() -> None:
    short = len(choice_prompt("", [CALCULATOR]))
    long = choice_prompt("BEGIN" + "x" * 50_000 + "END", [CALCULATOR])
    assert "BEGIN" in long
    assert "END<|im_end|>" in long
    assert len(long) < short + 1_000


def test_quotes_in_tool_names_are_escaped_in_the_grammar() -> None:
    assert choice_grammar(['a"b', "c"]) == 'root ::= "a\\"b" | "c"'
