"""Generates one answer: decides whether a tool is needed, then generates its arguments or text."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from chat_app.agents.models.embedded.chunks import Chunk, EngineError
from chat_app.agents.models.embedded.conversation import Conversation
from chat_app.agents.models.embedded.engine import Engine
from chat_app.agents.models.embedded.prompts import (
    NO_TOOL,
    PromptMessage,
    Tool,
    answer_prompt,
    arguments_prompt,
    choice_grammar,
    choice_prompt,
)

MIN_TOOL_PROBABILITY = 0.15
"""A tool is called when the model names it with at least this probability. Where no tool fits, the model tends to
answer instead, and each name has a low probability."""
MIN_NEXT_TOOL_PROBABILITY = 0.4
"""The same after a tool has returned a result. For 54 sample questions that need one tool, the smallest model named a
second one with up to 0.32; larger models, which can use a second tool, have higher probabilities."""
MIN_ANSWER_TOKENS = 128
"""Tokens that a prompt must leave for the answer; with fewer, the answer would end in its first sentences."""
ANSWER_TOKENS = 2_048
"""The longest answer unless the agent's settings allow more: a small model that repeats itself does not stop."""
_MAX_NAME_TOKENS = 48
"""Tokens of a tool's name; the agent library allows names of 64 characters."""
_MAX_RECENT_MESSAGES = 6
_MAX_RECENT_CHARACTERS = 2_000
"""How much of the conversation is in the prompt for arguments, which is not in the engine's cache."""


@dataclass(frozen=True, kw_only=True)
class AnswerPlan:
    """What the model has to generate."""

    conversation: Conversation
    tools: tuple[Tool, ...] = ()
    """The tools that may be called."""
    must_call: bool = False
    """Whether a tool must be called."""
    schema: Mapping[str, Any] | None = None
    """JSON schema of the text."""
    sampling: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Sampling parameters of the engine."""
    max_tokens: int = ANSWER_TOKENS


@dataclass(frozen=True, kw_only=True)
class TokenCounts:
    """Tokens that an answer has used until now."""

    prompt: int = 0
    cached: int = 0
    written: int = 0
    choice: int = 0
    """Prompt tokens of the decision whether to call a tool; they are not part of the conversation's context."""


@dataclass(frozen=True, kw_only=True)
class AnswerPiece:
    """A piece of the answer."""

    tokens: TokenCounts
    text: str = ""
    call: str | None = None
    """Name of the tool whose arguments begin with this piece."""
    arguments: str = ""
    """The next part of the arguments, as JSON."""
    finish_reason: str | None = None
    """In the last piece: `stop`, `length` or `tool_call`."""


async def write_answer(engine: Engine, plan: AnswerPlan) -> AsyncGenerator[AnswerPiece]:
    """Yield the answer while it is generated. Closing the generator stops the generation.

    Raises:
        EngineError: The prompt is too long, or the engine rejects the request.
    """
    choice = await _choose(engine, plan)
    tool, tokens = choice.tool, choice.tokens
    if tool is None:
        body = {**plan.sampling, "prompt": answer_prompt(plan.conversation.messages), "max_tokens": plan.max_tokens}
        if plan.schema is not None:
            body |= {"json_schema": dict(plan.schema), "temperature": 0.0}
    else:
        yield AnswerPiece(tokens=tokens, call=tool.name)
        prompt = arguments_prompt(_recent(plan.conversation.messages), tool)
        body = {"prompt": prompt, "json_schema": tool.schema, "temperature": 0.0, "max_tokens": plan.max_tokens}
    async with aclosing(engine.complete(body)) as chunks:
        async for chunk in chunks:
            tokens = _add_chunk(tokens, chunk)
            if tokens.prompt + MIN_ANSWER_TOKENS > engine.context:
                raise EngineError("The prompt is too long.", prompt_tokens=tokens.prompt, context=engine.context)
            reason = chunk.finish_reason
            if tool is None:
                yield AnswerPiece(tokens=tokens, text=chunk.text, finish_reason=reason)
            else:
                reason = "tool_call" if reason == "stop" else reason
                yield AnswerPiece(tokens=tokens, arguments=chunk.text, finish_reason=reason)


async def count_prompt(engine: Engine, plan: AnswerPlan) -> int:
    """Return the number of tokens of the prompt for a text answer, without generating one."""
    body = {"prompt": answer_prompt(plan.conversation.messages), "max_tokens": 1}
    async with aclosing(engine.complete(body)) as chunks:
        async for chunk in chunks:
            if chunk.prompt_tokens is not None:
                return chunk.prompt_tokens
    raise EngineError("The engine did not count the prompt.")


async def preload_examples(engine: Engine) -> None:
    """Read the common beginning of prompts for a tool choice into the cache, which makes the first choice quicker."""
    async with aclosing(engine.complete({"prompt": choice_prompt("", ()), "max_tokens": 1})) as chunks:
        async for _ in chunks:
            pass


@dataclass(frozen=True, kw_only=True)
class _ToolChoice:
    tool: Tool | None
    """The tool to call; None for a text answer."""
    tokens: TokenCounts
    """Tokens that the choice used."""


async def _choose(engine: Engine, plan: AnswerPlan) -> _ToolChoice:
    if not plan.tools or (plan.must_call and len(plan.tools) == 1):
        return _ToolChoice(tool=plan.tools[0] if plan.tools else None, tokens=TokenCounts())
    # A tool may have the name that means no tool.
    tools_by_name = {f"{tool.name}_tool" if tool.name == NO_TOOL else tool.name: tool for tool in plan.tools}
    names = [*tools_by_name] if plan.must_call else [NO_TOOL, *tools_by_name]
    listed = [replace(tool, name=name) for name, tool in tools_by_name.items()]
    body = {
        "prompt": choice_prompt(plan.conversation.question, listed),
        "grammar": choice_grammar(names),
        "temperature": 0.0,
        "max_tokens": _MAX_NAME_TOKENS,
        "logprobs": 1,
    }
    answer, logprob, tokens = "", None, TokenCounts()
    async with aclosing(engine.complete(body)) as chunks:
        async for chunk in chunks:
            answer += chunk.text
            logprob = chunk.logprob if logprob is None else logprob
            tokens = _add_chunk(tokens, chunk)
    min_probability = MIN_NEXT_TOOL_PROBABILITY if plan.conversation.answered_by else MIN_TOOL_PROBABILITY
    is_probable = plan.must_call or (logprob is not None and logprob >= math.log(min_probability))
    return _ToolChoice(
        tool=tools_by_name.get(answer) if is_probable else None, tokens=TokenCounts(choice=tokens.prompt)
    )


def _add_chunk(tokens: TokenCounts, chunk: Chunk) -> TokenCounts:
    if chunk.prompt_tokens is not None:
        tokens = replace(tokens, prompt=chunk.prompt_tokens, cached=chunk.cached_tokens or 0)
    if chunk.completion_tokens is not None:
        return replace(tokens, written=chunk.completion_tokens)
    # A chunk is one token, except for characters of several tokens; for a stopped answer there is no exact count.
    return replace(tokens, written=tokens.written + 1) if chunk.text else tokens


def _recent(messages: Sequence[PromptMessage]) -> list[PromptMessage]:
    """Return the last messages that fit in the limits; of the last one at least its end."""
    recent: list[PromptMessage] = []
    room = _MAX_RECENT_CHARACTERS
    for message in reversed([message for message in messages if message.role != "system"][-_MAX_RECENT_MESSAGES:]):
        if recent and len(message.text) > room:
            break
        recent.append(replace(message, text=message.text[-room:]))
        room -= len(message.text)
    return recent[::-1]
