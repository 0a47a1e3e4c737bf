"""Writes prompts in ChatML, the format that all models of the catalogue were trained with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

DEFAULT_SYSTEM = "You are a helpful assistant."
"""The system prompt of an agent without instructions: the models were trained with one."""
NO_TOOL = "chat"
"""The model's answer when it needs no tool. With `chat` it chose better than with `none` or `reply`."""

_TOOL_FORMAT = """

# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""
"""The prompt that Qwen2.5 was trained with to call functions."""

_CHOICE_SYSTEM = (
    "Decide which tool the message needs. "
    f"Answer with the tool's name, or {NO_TOOL} when the message can be answered without a tool."
)
_EXAMPLE_TOOLS = """\
- weather: Tell the weather forecast for a place.
- send_mail: Send an e-mail to somebody.
- stock_price: Look up the price of a share."""
_EXAMPLES = (
    ("Will it rain in Oslo tomorrow?", "weather"),
    ("Hi! Who are you?", NO_TOOL),
    ("How much is a share of Volvo?", "stock_price"),
    ("Write a poem about rain.", NO_TOOL),
    ("Mail Bob that I am late.", "send_mail"),
    ("What is photosynthesis?", NO_TOOL),
)
"""Examples with tools that no agent has, so that they show the task and no answer to it."""

_HEAD_CHARACTERS = 400
_TAIL_CHARACTERS = 400
"""How much of a long message is in the prompt for a tool choice: the request is at its beginning or end, and each
hundred tokens more would delay the answer by almost a second."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool as it appears in a prompt."""

    name: str
    description: str
    schema: dict[str, Any]
    """JSON schema of the arguments."""

    def summary(self) -> str:
        """Return the tool's name and description in one line."""
        return f"- {self.name}: {' '.join(self.description.split())}"


@dataclass(frozen=True, kw_only=True)
class PromptMessage:
    """One message of a conversation as text."""

    role: Literal["system", "user", "assistant"]
    text: str


def render(messages: Iterable[PromptMessage], *, opening: str = "") -> str:
    """Return a prompt that the assistant's answer continues.

    Args:
        messages: The conversation.
        opening: The beginning of the assistant's answer.
    """
    history = "".join(f"<|im_start|>{message.role}\n{message.text}<|im_end|>\n" for message in messages)
    return f"{history}<|im_start|>assistant\n{opening}"


def answer_prompt(messages: Sequence[PromptMessage]) -> str:
    """Return the prompt for a text answer."""
    if not messages or messages[0].role != "system":
        messages = [PromptMessage(role="system", text=DEFAULT_SYSTEM), *messages]
    return render(messages)


def choice_prompt(message: str, tools: Sequence[Tool]) -> str:
    """Return the prompt for the name of a tool or `NO_TOOL`.

    It contains no earlier messages, with which the smallest model chose wrongly three times as often. Everything before
    the tools and the message is the same each time, so it is in the engine's cache.
    """
    messages = [PromptMessage(role="system", text=_CHOICE_SYSTEM)]
    for number, (example, answer) in enumerate(_EXAMPLES):
        listed = f"Tools:\n{_EXAMPLE_TOOLS}\n\n" if number == 0 else ""
        messages.append(PromptMessage(role="user", text=f"{listed}Message: {example}"))
        messages.append(PromptMessage(role="assistant", text=answer))
    summaries = "\n".join(tool.summary() for tool in tools)
    messages.append(PromptMessage(role="user", text=f"Tools:\n{summaries}\n\nMessage: {_shortened(message)}"))
    return render(messages)


def arguments_prompt(messages: Sequence[PromptMessage], tool: Tool) -> str:
    """Return the prompt for a tool's arguments as JSON."""
    signature = {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": tool.schema},
    }
    system = DEFAULT_SYSTEM + _TOOL_FORMAT.format(tools=json.dumps(signature, ensure_ascii=False))
    opening = f'<tool_call>\n{{"name": {json.dumps(tool.name, ensure_ascii=False)}, "arguments": '
    return render([PromptMessage(role="system", text=system), *messages], opening=opening)


def choice_grammar(names: Iterable[str]) -> str:
    """Return a grammar that allows exactly one of the names."""
    return "root ::= " + " | ".join(json.dumps(name) for name in names)


def _shortened(message: str) -> str:
    if len(message) <= _HEAD_CHARACTERS + _TAIL_CHARACTERS:
        return message
    return f"{message[:_HEAD_CHARACTERS]}\n...\n{message[-_TAIL_CHARACTERS:]}"
