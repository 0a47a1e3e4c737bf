"""A session's messages as a model reads them, and a model's response as parts."""

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

NO_RESULT = "No result: the call was stopped before it ended."
"""Providers refuse a call without its result; this stands in for one that never came."""


def model_messages(messages: Iterable[Message], *, several_people: bool = False) -> list[ModelMessage]:
    """Return messages, oldest first, as a model's history; an answer without any text or call is left out.

    Args:
        messages: What was said.
        several_people: Whether the people who wrote have to be told apart.
    """
    history: list[ModelMessage] = []
    for message in messages:
        if message.role == "user":
            history.append(
                ModelRequest(parts=[UserPromptPart(content=prompt_text(message, several_people=several_people))])
            )
        else:
            history.extend(_answer(message))
    return history


def prompt_text(message: Message, *, several_people: bool) -> str:
    """Return what a person wrote as a model reads it: where there are several people, with the name of who wrote."""
    return f"{message.author_name}: {message.content}" if several_people and message.author_name else message.content


def _answer(message: Message) -> list[ModelMessage]:
    history: list[ModelMessage] = []
    for _, step in groupby(message.parts, key=lambda part: part_order(part.id)[0]):
        parts = list(step)
        said = [spoken for part in parts if (spoken := _model_part(part)) is not None]
        if said:
            history.append(ModelResponse(parts=said))
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
        case ReasoningPart(text=text, provider_metadata={"signature": str(signature), "provider": str(provider)}):
            return ThinkingPart(content=text, signature=signature, provider_name=provider)
        case _:
            return None


def storable_response(response: ModelResponse) -> ModelResponse:
    """Return a model's response with what can't be stored replaced: it is recorded, shown, and sent back to a model."""
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
        response: What the model answered.
        step: The number of the model call in its turn.
        durations: Seconds of the reasoning parts, by index.
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
            if part.signature and part.provider_name:
                metadata = {"signature": part.signature, "provider": part.provider_name}
            return ReasoningPart(id=part_id, text=text, duration=duration, provider_metadata=metadata)
        case ModelToolCallPart():
            # What is no object comes back as one that holds it: a model may write anything.
            arguments = _storable_arguments(part.args_as_dict())
            return ToolCallPart(id=part_id, call_id=part.tool_call_id, name=part.tool_name, arguments=arguments)
        case _:
            return None


def _storable_arguments(arguments: Mapping[str, Any]) -> dict[str, JsonValue]:
    return {storable(name): storable_json(value) for name, value in arguments.items()}


def result_id(parts: Sequence[Part], call_id: str) -> str | None:
    """Return the id under which a call's result is kept: right after the call itself.

    Some models use an id again in a later step: it means the newest call.
    """
    for part in reversed(parts):
        if isinstance(part, ToolCallPart) and part.call_id == call_id:
            return f"{part.id}.1"
    return None
