"""A model whose output a test controls step by step."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, DeltaThinkingPart, DeltaToolCall, FunctionModel

from chat_app.agents.models.scripted.script import Fault
from chat_app.domain.actor import LOCAL_OWNER

RATE_LIMIT = Fault(status=429, retry_after=0.001)


@dataclass(frozen=True)
class Step:
    """A step of the model's output.

    Args:
        kind: `say` and `think` write words, `call` and `end` end the answer with a tool call or without, `fault` is a
            rate limit.
        words: The text that it writes.
    """

    kind: Literal["say", "think", "call", "end", "fault"]
    words: str = ""


class ControlledModel:
    """A model for all sessions that takes the steps of each session from a queue."""

    def __init__(self) -> None:
        self.steps: defaultdict[str, asyncio.Queue[Step]] = defaultdict(asyncio.Queue)
        """Queues of steps by the first word of the person's message."""
        self.model = FunctionModel(self._answer, stream_function=self._stream)

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        return ModelResponse(parts=[TextPart("A title")])

    async def _stream(
        self, messages: list[ModelMessage], info: AgentInfo
    ) -> AsyncIterator[str | dict[int, DeltaToolCall] | dict[int, DeltaThinkingPart]]:
        steps = self.steps[_question(messages).split()[0]]
        silent = True
        while True:
            match await steps.get():
                case Step("say", words):
                    yield words
                case Step("think", words):
                    yield {1: DeltaThinkingPart(content=words)}
                case Step("call"):
                    yield {2: DeltaToolCall("clock", "{}")}
                    return
                case Step("fault"):
                    raise RATE_LIMIT.as_error("controlled")
                case _:
                    if silent:
                        yield "So be it."
                    return
            silent = False


def _question(messages: list[ModelMessage]) -> str:
    prompts = [
        str(part.content)
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, UserPromptPart)
    ]
    # Where there are several people, the prompt begins with the name of who wrote.
    return prompts[-1].removeprefix(f"{LOCAL_OWNER.name}: ")
