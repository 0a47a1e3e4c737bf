"""Writes the body of a chat-completions request, in the form that strict servers accept.

Many servers render the messages with a model's chat template, which demands that people and assistant take turns and
wants the reasoning of earlier tool calls back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RetryFeedbackPart,
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

from chat_app.agents.models.chat_completions.reasoning import message_fields
from chat_app.agents.models.chat_completions.tool_calls import normalize_arguments

_SETTINGS = ("temperature", "top_p", "seed", "presence_penalty", "frequency_penalty")
_EFFORTS: dict[bool | str, str] = {True: "medium", False: "none", "max": "xhigh"}
"""Efforts of the agents file whose names differ from the protocol's."""

JsonObject = dict[str, Any]


def request_body(
    messages: Sequence[ModelMessage],
    *,
    model: str,
    provider: str,
    instructions: Iterable[InstructionPart],
    settings: ModelSettings,
    params: ModelRequestParameters,
    stream: bool,
    new_token_limit: bool,
) -> JsonObject:
    """Return the body of a request.

    Args:
        messages: The conversation, oldest first.
        model: The name of the model.
        provider: Names the server, to which its own reasoning is sent back.
        instructions: The agent's instructions.
        settings: Parameters of the call.
        params: The tools, and how much the model is to reason.
        stream: Whether the answer is streamed.
        new_token_limit: Whether the server calls the limit of tokens `max_completion_tokens`, as OpenAI does, and not
            `max_tokens`.
    """
    body: JsonObject = {
        "model": model,
        "messages": chat_messages(messages, provider=provider, instructions=instructions),
    }
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if tools := [_tool(definition) for definition in params.declared_tool_defs.values()]:
        body["tools"] = tools
    body |= {name: value for name in _SETTINGS if (value := settings.get(name)) is not None}
    if (max_tokens := settings.get("max_tokens")) is not None:
        body["max_completion_tokens" if new_token_limit else "max_tokens"] = max_tokens
    if params.thinking is not None:
        body["reasoning_effort"] = _EFFORTS.get(params.thinking, params.thinking)
    return body


def chat_messages(
    messages: Sequence[ModelMessage], *, provider: str, instructions: Iterable[InstructionPart] = ()
) -> list[JsonObject]:
    """Return a conversation as messages that take turns, after one system message.

    Args:
        messages: The conversation, oldest first.
        provider: Names the server, to which its own reasoning is sent back.
        instructions: The agent's instructions.
    """
    system = [part.content for part in instructions if part.content]
    turns: list[JsonObject] = []
    for message in messages:
        if isinstance(message, ModelResponse):
            _add_response(turns, message, provider=provider)
        else:
            system.extend(part.content for part in message.parts if isinstance(part, SystemPromptPart))
            _add_request(turns, message)
    return [{"role": "system", "content": "\n\n".join(system)}, *turns] if system else turns


def call_ids(messages: Iterable[ModelMessage]) -> set[str]:
    """Return the ids of the tool calls of a conversation."""
    return {
        part.tool_call_id
        for message in messages
        if isinstance(message, ModelResponse)
        for part in message.parts
        if isinstance(part, ToolCallPart)
    }


def _add_request(turns: list[JsonObject], request: ModelRequest) -> None:
    for part in request.parts:
        match part:
            case UserPromptPart():
                _add_text(turns, "user", _prompt(part))
            case ToolReturnPart():
                turns.append({"role": "tool", "tool_call_id": part.tool_call_id, "content": part.model_response_str()})
            case RetryFeedbackPart():
                _add_text(turns, "user", str(part.content))
            case _:
                # System prompts are part of the first message.
                pass


def _prompt(part: UserPromptPart) -> str:
    if isinstance(part.content, str):
        return part.content
    return "\n\n".join(content for content in part.content if isinstance(content, str))


def _add_response(turns: list[JsonObject], response: ModelResponse, *, provider: str) -> None:
    text = "\n\n".join(part.content for part in response.parts if isinstance(part, TextPart) and part.content)
    calls = [_call(part) for part in response.parts if isinstance(part, ToolCallPart)]
    if not text and not calls:
        return
    last = turns[-1] if turns else None
    if last is not None and last["role"] == "assistant" and "tool_calls" not in last:
        # Two answers in a row: the second one continues the first.
        turns.pop()
        text = "\n\n".join(filter(None, (last["content"], text)))
    message: JsonObject = {"role": "assistant", "content": text or None}
    for part in response.parts:
        if isinstance(part, ThinkingPart):
            message |= message_fields(part, provider=provider)
    if calls:
        message["tool_calls"] = calls
    turns.append(message)


def _add_text(turns: list[JsonObject], role: str, text: str) -> None:
    if turns and turns[-1]["role"] == role:
        turns[-1]["content"] = f"{turns[-1]['content']}\n\n{text}"
    else:
        turns.append({"role": role, "content": text})


def _call(part: ToolCallPart) -> JsonObject:
    arguments = part.args_as_json_str()
    function = {"name": part.tool_name, "arguments": normalize_arguments(arguments)}
    return {"id": part.tool_call_id, "type": "function", "function": function}


def _tool(definition: ToolDefinition) -> JsonObject:
    function: JsonObject = {"name": definition.name, "parameters": definition.parameters_json_schema}
    if definition.description:
        function["description"] = definition.description
    return {"type": "function", "function": function}
