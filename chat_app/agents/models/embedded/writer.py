"""Writes one answer: decides whether a tool is needed, then writes its arguments or the words."""

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
"""A tool is called when the model would name it at least this often of itself. Where no tool fits, the model begins to
answer instead of naming anything, and the best of the names is worth little."""
MIN_NEXT_TOOL_PROBABILITY = 0.4
"""The same once a tool has answered. After 54 sample questions that one tool answers, the smallest model named another
one with up to 0.32; larger models, which can go on with a second tool, are surer."""
MIN_ANSWER_TOKENS = 128
"""Room that a prompt must leave for the answer; with less, the answer would break off in its first sentences."""
ANSWER_TOKENS = 2_048
"""The longest answer unless the agent's settings say more: a small model that repeats itself would not stop."""
_NAME_TOKENS = 48
"""Tokens of a tool's name; the agent library takes names of 64 characters."""
_SEEN_TURNS = 6
_SEEN_CHARACTERS = 2_000
"""How much of the conversation the arguments are written from: it is read anew, unlike the conversation itself."""


@dataclass(frozen=True, kw_only=True)
class AnswerPlan:
    """What is asked of the model."""

    conversation: Conversation
    tools: tuple[Tool, ...] = ()
    """Those that may be called."""
    must_call: bool = False
    """Whether words are no answer."""
    schema: Mapping[str, Any] | None = None
    """JSON schema that the words must fit."""
    sampling: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """How tokens are drawn, in the engine's terms."""
    max_tokens: int = ANSWER_TOKENS


@dataclass(frozen=True, kw_only=True)
class TokenCounts:
    """Tokens that an answer has taken so far."""

    prompt: int = 0
    cached: int = 0
    written: int = 0
    choice: int = 0
    """Prompt tokens of the decision whether to call a tool; they don't fill the conversation's context."""


@dataclass(frozen=True, kw_only=True)
class AnswerPiece:
    """A step of the answer."""

    tally: TokenCounts
    text: str = ""
    call: str | None = None
    """Name of the tool whose arguments begin here."""
    arguments: str = ""
    """More of the arguments, as JSON."""
    finish_reason: str | None = None
    """On the last piece: `stop`, `length` or `tool_call`."""


async def write_answer(engine: Engine, plan: AnswerPlan) -> AsyncGenerator[AnswerPiece]:
    """Yield the answer as it is written. Closing the generator stops the work.

    Raises:
        EngineRefused: The prompt is too long, or the request can't be run.
    """
    tool, tally = await _choose(engine, plan)
    if tool is None:
        body = {**plan.sampling, "prompt": answer_prompt(plan.conversation.turns), "max_tokens": plan.max_tokens}
        if plan.schema is not None:
            body |= {"json_schema": dict(plan.schema), "temperature": 0.0}
    else:
        yield AnswerPiece(tally=tally, call=tool.name)
        prompt = arguments_prompt(_recent(plan.conversation.turns), tool)
        body = {"prompt": prompt, "json_schema": tool.schema, "temperature": 0.0, "max_tokens": plan.max_tokens}
    async with aclosing(engine.complete(body)) as chunks:
        async for chunk in chunks:
            tally = _counted(tally, chunk)
            if tally.prompt + MIN_ANSWER_TOKENS > engine.context:
                raise EngineError("The prompt is too long.", prompt_tokens=tally.prompt, context=engine.context)
            reason = chunk.finish_reason
            if tool is None:
                yield AnswerPiece(tally=tally, text=chunk.text, finish_reason=reason)
            else:
                reason = "tool_call" if reason == "stop" else reason
                yield AnswerPiece(tally=tally, arguments=chunk.text, finish_reason=reason)


async def count_prompt(engine: Engine, plan: AnswerPlan) -> int:
    """Return the tokens of the prompt for an answer in words, without reading it."""
    body = {"prompt": answer_prompt(plan.conversation.turns), "max_tokens": 1}
    async with aclosing(engine.complete(body)) as chunks:
        async for chunk in chunks:
            if chunk.prompt_tokens is not None:
                return chunk.prompt_tokens
    raise EngineError("The engine did not count the prompt.")


async def preload_examples(engine: Engine) -> None:
    """Read what every choice of a tool begins with, so that the first one need not wait for it."""
    async with aclosing(engine.complete({"prompt": choice_prompt("", ()), "max_tokens": 1})) as chunks:
        async for _ in chunks:
            pass


async def _choose(engine: Engine, plan: AnswerPlan) -> tuple[Tool | None, TokenCounts]:
    if not plan.tools or (plan.must_call and len(plan.tools) == 1):
        return (plan.tools[0] if plan.tools else None), TokenCounts()
    # A tool may be called like the answer that stands for no tool.
    named = {f"{tool.name}_tool" if tool.name == NO_TOOL else tool.name: tool for tool in plan.tools}
    names = [*named] if plan.must_call else [NO_TOOL, *named]
    shown = [replace(tool, name=name) for name, tool in named.items()]
    body = {
        "prompt": choice_prompt(plan.conversation.question, shown),
        "grammar": choice_grammar(names),
        "temperature": 0.0,
        "max_tokens": _NAME_TOKENS,
        "logprobs": 1,
    }
    said, logprob, tally = "", None, TokenCounts()
    async with aclosing(engine.complete(body)) as chunks:
        async for chunk in chunks:
            said += chunk.text
            logprob = chunk.logprob if logprob is None else logprob
            tally = _counted(tally, chunk)
    least = MIN_NEXT_TOOL_PROBABILITY if plan.conversation.answered_by else MIN_TOOL_PROBABILITY
    sure = plan.must_call or (logprob is not None and logprob >= math.log(least))
    return (named.get(said) if sure else None), TokenCounts(choice=tally.prompt)


def _counted(tally: TokenCounts, chunk: Chunk) -> TokenCounts:
    if chunk.prompt_tokens is not None:
        tally = replace(tally, prompt=chunk.prompt_tokens, cached=chunk.cached_tokens or 0)
    if chunk.completion_tokens is not None:
        return replace(tally, written=chunk.completion_tokens)
    # A piece of text is a token, but for characters of several; an answer that is stopped is never counted better.
    return replace(tally, written=tally.written + 1) if chunk.text else tally


def _recent(turns: Sequence[PromptMessage]) -> list[PromptMessage]:
    """Return the end of the conversation that fits; the last turn always does, cut to its end."""
    kept: list[PromptMessage] = []
    room = _SEEN_CHARACTERS
    for turn in reversed([turn for turn in turns if turn.role != "system"][-_SEEN_TURNS:]):
        if kept and len(turn.text) > room:
            break
        kept.append(replace(turn, text=turn.text[-room:]))
        room -= len(turn.text)
    return kept[::-1]
