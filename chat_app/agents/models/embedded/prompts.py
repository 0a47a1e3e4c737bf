"""Writes prompts in ChatML, the form in which every model of the catalogue was trained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

DEFAULT_SYSTEM = "You are a helpful assistant."
"""Stands in where an agent has no instructions: the models were trained with something here."""
NO_TOOL = "chat"
"""How the model says that it needs no tool. Of `none`, `reply` and `chat` it told the cases apart best."""

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
"""The words with which Qwen2.5 was trained to call functions."""

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
"""Tools that no agent has: the model learns the exercise from them, not an answer."""

_SEEN_HEAD = 400
_SEEN_TAIL = 400
"""Characters of a long message that the choice of a tool looks at: what is wanted stands at an end of it, and each
hundred tokens more would cost almost a second before the first word."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool as the model reads it."""

    name: str
    description: str
    schema: dict[str, Any]
    """JSON schema of the arguments, an object."""

    def summary(self) -> str:
        """Return what the tool is for, in one line."""
        return f"- {self.name}: {' '.join(self.description.split())}"


@dataclass(frozen=True, kw_only=True)
class PromptMessage:
    """One turn of a conversation as text."""

    role: Literal["system", "user", "assistant"]
    text: str


def render(turns: Iterable[PromptMessage], *, opening: str = "") -> str:
    """Return a prompt that ends where the assistant goes on.

    Args:
        turns: The conversation.
        opening: The first words of the assistant's answer.
    """
    told = "".join(f"<|im_start|>{turn.role}\n{turn.text}<|im_end|>\n" for turn in turns)
    return f"{told}<|im_start|>assistant\n{opening}"


def answer_prompt(turns: Sequence[PromptMessage]) -> str:
    """Return the prompt for an answer in words."""
    if not turns or turns[0].role != "system":
        turns = [PromptMessage(role="system", text=DEFAULT_SYSTEM), *turns]
    return render(turns)


def choice_prompt(message: str, tools: Sequence[Tool]) -> str:
    """Return the prompt after which the model names a tool or `NO_TOOL`.

    It holds the message alone: with earlier messages beside it the smallest model chose wrongly three times as often.
    All but the message is the same each time, so only the message has to be read.
    """
    turns = [PromptMessage(role="system", text=_CHOICE_SYSTEM)]
    for number, (example, answer) in enumerate(_EXAMPLES):
        listed = f"Tools:\n{_EXAMPLE_TOOLS}\n\n" if number == 0 else ""
        turns.append(PromptMessage(role="user", text=f"{listed}Message: {example}"))
        turns.append(PromptMessage(role="assistant", text=answer))
    summaries = "\n".join(tool.summary() for tool in tools)
    turns.append(PromptMessage(role="user", text=f"Tools:\n{summaries}\n\nMessage: {_shortened(message)}"))
    return render(turns)


def arguments_prompt(turns: Sequence[PromptMessage], tool: Tool) -> str:
    """Return the prompt after which the model writes a tool's arguments as JSON."""
    signature = {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": tool.schema},
    }
    system = DEFAULT_SYSTEM + _TOOL_FORMAT.format(tools=json.dumps(signature, ensure_ascii=False))
    opening = f'<tool_call>\n{{"name": {json.dumps(tool.name, ensure_ascii=False)}, "arguments": '
    return render([PromptMessage(role="system", text=system), *turns], opening=opening)


def choice_grammar(names: Iterable[str]) -> str:
    """Return a grammar that allows exactly one of the names."""
    return "root ::= " + " | ".join(json.dumps(name) for name in names)


def _shortened(message: str) -> str:
    if len(message) <= _SEEN_HEAD + _SEEN_TAIL:
        return message
    return f"{message[:_SEEN_HEAD]}\n...\n{message[-_SEEN_TAIL:]}"
