"""Converts a session's messages to a model's history, and a model's response to parts of a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from pydantic import JsonValue
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

from chat_app.domain.messages import Message
from chat_app.domain.parts import (
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    part_order,
)
from chat_app.domain.text import storable, storable_json

BEGINNING = "(The conversation began earlier.)"
"""Stands for the person's message when a history begins with an answer: models expect that a person begins."""
NO_RESULT = "No result: the call was stopped before it ended."
"""The result of a call that has none: providers reject a history in which a call has no result."""


def model_conversation(
    messages: Iterable[Message], question: Message, *, several_people: bool = False
) -> tuple[list[ModelMessage], str]:
    """Return a model's history and the text that it is to answer.

    People and model take turns, as many servers demand: neighbouring messages of people are joined, as are neighbouring
    answers, and an answer without text and calls, e.g. one that was stopped before its first word, is left out.

    Args:
        messages: The session's earlier messages, oldest first.
        question: The message to answer.
        several_people: Whether several people write in the session; then each message begins with its author's name.
    """
    history: list[ModelMessage] = []
    waiting: list[str] = []
    for message in messages:
        if message.role == "user":
            waiting.append(_prompt_text(message, several_people=several_people))
        elif answer := _answer(message):
            _add_prompt(history, waiting)
            waiting = []
            _add_answer(history, answer)
    waiting.append(_prompt_text(question, several_people=several_people))
    return history, "\n\n".join(waiting)


def _add_prompt(history: list[ModelMessage], texts: Sequence[str]) -> None:
    if texts:
        history.append(ModelRequest(parts=[UserPromptPart(content="\n\n".join(texts))]))
    elif not history:
        history.append(ModelRequest(parts=[UserPromptPart(content=BEGINNING)]))


def _add_answer(history: list[ModelMessage], answer: list[ModelMessage]) -> None:
    for message in answer:
        last = history[-1]
        if isinstance(last, ModelResponse) and isinstance(message, ModelResponse):
            history[-1] = replace(last, parts=[*last.parts, *message.parts])
        else:
            history.append(message)


def _prompt_text(message: Message, *, several_people: bool) -> str:
    return f"{message.author_name}: {message.content}" if several_people and message.author_name else message.content


def _answer(message: Message) -> list[ModelMessage]:
    history: list[ModelMessage] = []
    for _, step in groupby(message.parts, key=lambda part: part_order(part.id)[0]):
        parts = list(step)
        model_parts = [converted for part in parts if (converted := _model_part(part)) is not None]
        if any(not isinstance(part, ThinkingPart) for part in model_parts):
            history.append(ModelResponse(parts=model_parts))
        results = {part.call_id: part for part in parts if isinstance(part, ToolResultPart)}
        returns = [
            ToolReturnPart(
                tool_name=call.name,
                tool_call_id=call.call_id,
                content=results[call.call_id].output if call.call_id in results else NO_RESULT,
            )
            for call in parts
            if isinstance(call, ToolCallPart)
        ]
        if returns:
            history.append(ModelRequest(parts=returns))
    return history


def _model_part(part: Part) -> ModelResponsePart | None:
    match part:
        case TextPart(text=text) if text:
            return ModelTextPart(content=text)
        case ToolCallPart(call_id=call_id, name=name, arguments=arguments):
            return ModelToolCallPart(tool_name=name, args=dict(arguments), tool_call_id=call_id)
        case ReasoningPart(text=text, provider_metadata={"provider": str(provider), **metadata}):
            signature, details = metadata.get("signature"), metadata.get("details")
            return ThinkingPart(
                content=text,
                signature=signature if isinstance(signature, str) else None,
                provider_name=provider,
                provider_details=details if isinstance(details, dict) else None,
            )
        case _:
            return None


def storable_response(response: ModelResponse) -> ModelResponse:
    """Return a model's response without characters that the database can't store."""
    return replace(response, parts=[_storable_part(part) for part in response.parts])


def _storable_part(part: ModelResponsePart) -> ModelResponsePart:
    match part:
        case ModelTextPart(content=text) | ThinkingPart(content=text):
            return replace(part, content=storable(text))
        case ModelToolCallPart(tool_name=name, args=str(args)):
            return replace(part, tool_name=storable(name), args=storable(args))
        case ModelToolCallPart(tool_name=name, args=dict(args)):
            return replace(part, tool_name=storable(name), args=_storable_arguments(args))
        case ModelToolCallPart(tool_name=name):
            return replace(part, tool_name=storable(name))
        case _:
            return part


def response_parts(response: ModelResponse, *, step: int, durations: Mapping[int, float]) -> list[Part]:
    """Return a model's response as the parts of a message.

    Args:
        response: The model's response.
        step: The number of the model call in its turn.
        durations: Seconds that each reasoning part took, by its index.
    """
    parts = [
        _part(part, part_id=f"{step}.{index}", duration=durations.get(index))
        for index, part in enumerate(response.parts)
    ]
    return [part for part in parts if part is not None]


def _part(part: ModelResponsePart, *, part_id: str, duration: float | None) -> Part | None:
    match part:
        case ModelTextPart(content=text) if text:
            return TextPart(id=part_id, text=text)
        case ThinkingPart(content=text) if text or part.signature:
            metadata: dict[str, JsonValue] | None = None
            if part.provider_name and (part.signature or part.provider_details):
                metadata = {"provider": part.provider_name}
                if part.signature:
                    metadata["signature"] = part.signature
                if part.provider_details:
                    metadata["details"] = storable_json(part.provider_details)
            return ReasoningPart(id=part_id, text=text, duration=duration, provider_metadata=metadata)
        case ModelToolCallPart():
            # A model may write arguments that are no JSON object; the library wraps them in one.
            arguments = _storable_arguments(part.args_as_dict())
            return ToolCallPart(id=part_id, call_id=part.tool_call_id, name=part.tool_name, arguments=arguments)
        case _:
            return None


def _storable_arguments(arguments: Mapping[str, Any]) -> dict[str, JsonValue]:
    return {storable(name): storable_json(value) for name, value in arguments.items()}


def result_id(parts: Sequence[Part], call_id: str) -> str | None:
    """Return the part id of a call's result, which sorts right after the call; None when there is no such call.

    Some models reuse a call id in a later step, so the newest call with the id counts.
    """
    for part in reversed(parts):
        if isinstance(part, ToolCallPart) and part.call_id == call_id:
            return f"{part.id}.1"
    return None
