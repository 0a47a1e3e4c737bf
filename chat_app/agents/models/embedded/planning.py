"""Turns the agent library's request into what the writer needs to know."""

from __future__ import annotations

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
    """Return what is to be written.

    Args:
        model: Who writes.
        conversation: What was said.
        settings: The agent's, resolved.
        params: Tools and output, resolved.
    """
    definitions, must_call = _callable_tools(settings, params, conversation, able=model.chooses_tools)
    return AnswerPlan(
        conversation=conversation,
        tools=tuple(_tool(definition) for definition in definitions),
        must_call=must_call,
        schema=params.output_object.json_schema if params.output_object else None,
        sampling=_sampling(model, settings),
        max_tokens=settings.get("max_tokens") or ANSWER_TOKENS,
    )


def _callable_tools(
    settings: ModelSettings, params: ModelRequestParameters, conversation: Conversation, *, able: bool
) -> tuple[list[ToolDefinition], bool]:
    """Return the tools that may be called now, and whether one of them must be."""
    wanted = settings.get("tool_choice")
    functions, outputs = params.declared_function_tools, params.output_tools
    must_call = not params.allow_text_output
    if wanted == "none":
        functions = []
    elif wanted == "required":
        outputs, must_call = [], True
    elif isinstance(wanted, ToolOrOutput):
        functions = [tool for tool in functions if tool.name in wanted.function_tools]
    elif isinstance(wanted, list):
        functions = [tool for tool in functions if tool.name in wanted]
        outputs = [tool for tool in outputs if tool.name in wanted] if wanted else outputs
        must_call = must_call or bool(wanted)
    if not must_call or outputs:
        # A tool that has answered is not asked again in the same turn; a small model would go on for ever.
        functions = [tool for tool in functions if able and tool.name not in conversation.answered_by]
    return [*functions, *outputs], must_call


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
"""The agent library's settings and what the engine calls them."""


def _sampling(model: CatalogueModel, settings: ModelSettings) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "temperature": model.sampling.temperature,
        "top_p": model.sampling.top_p,
        "top_k": model.sampling.top_k,
    }
    given = {theirs: value for ours, theirs in _SAMPLING if (value := settings.get(ours)) is not None}
    return defaults | given
