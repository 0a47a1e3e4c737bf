"""Converts a request of the agent library to an `AnswerPlan`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings, ToolOrOutput
from pydantic_ai.tools import ToolDefinition

from chat_app.agents.models.embedded.catalogue import CatalogueModel
from chat_app.agents.models.embedded.conversation import Conversation
from chat_app.agents.models.embedded.prompts import Tool
from chat_app.agents.models.embedded.writer import ANSWER_TOKENS, AnswerPlan


def make_plan(
    model: CatalogueModel, conversation: Conversation, *, settings: ModelSettings, params: ModelRequestParameters
) -> AnswerPlan:
    """Return the plan of an answer.

    Args:
        model: The model of the catalogue.
        conversation: The conversation.
        settings: The agent's settings, resolved.
        params: Tools and output, resolved.
    """
    callable_tools = _callable_tools(settings, params, conversation, can_choose=model.chooses_tools)
    return AnswerPlan(
        conversation=conversation,
        tools=tuple(_tool(definition) for definition in callable_tools.definitions),
        must_call=callable_tools.must_call,
        schema=params.output_object.json_schema if params.output_object else None,
        sampling=_sampling(model, settings),
        max_tokens=settings.get("max_tokens") or ANSWER_TOKENS,
    )


@dataclass(frozen=True, kw_only=True)
class _CallableTools:
    """The tools that may be called in an answer."""

    definitions: Sequence[ToolDefinition]
    must_call: bool
    """Whether one of them must be called."""


def _callable_tools(
    settings: ModelSettings, params: ModelRequestParameters, conversation: Conversation, *, can_choose: bool
) -> _CallableTools:
    tool_choice = settings.get("tool_choice")
    functions, outputs = params.declared_function_tools, params.output_tools
    must_call = not params.allow_text_output
    if tool_choice == "none":
        functions = []
    elif tool_choice == "required":
        outputs, must_call = [], True
    elif isinstance(tool_choice, ToolOrOutput):
        functions = [tool for tool in functions if tool.name in tool_choice.function_tools]
    elif isinstance(tool_choice, list):
        functions = [tool for tool in functions if tool.name in tool_choice]
        outputs = [tool for tool in outputs if tool.name in tool_choice] if tool_choice else outputs
        must_call = must_call or bool(tool_choice)
    if not must_call or outputs:
        # A tool that has returned a result is not offered again in the same turn: a small model would call it forever.
        functions = [tool for tool in functions if can_choose and tool.name not in conversation.answered_by]
    return _CallableTools(definitions=[*functions, *outputs], must_call=must_call)


def _tool(definition: ToolDefinition) -> Tool:
    return Tool(
        name=definition.name,
        description=definition.description or definition.name.replace("_", " "),
        schema=definition.parameters_json_schema,
    )


_SAMPLING: tuple[
    tuple[
        Literal["temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty", "stop_sequences"],
        str,
    ],
    ...,
] = (
    ("temperature", "temperature"),
    ("top_p", "top_p"),
    ("top_k", "top_k"),
    ("seed", "seed"),
    ("presence_penalty", "presence_penalty"),
    ("frequency_penalty", "frequency_penalty"),
    ("stop_sequences", "stop"),
)
"""The names of settings in the agent library and in the engine."""


def _sampling(model: CatalogueModel, settings: ModelSettings) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "temperature": model.sampling.temperature,
        "top_p": model.sampling.top_p,
        "top_k": model.sampling.top_k,
    }
    chosen = {engine: value for library, engine in _SAMPLING if (value := settings.get(library)) is not None}
    return defaults | chosen
