"""A model that answers from a script, for tests and benchmarks in which all else of a turn is real."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import anyio
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponseStreamEvent,
    SystemPromptPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import RunContext
from pydantic_ai.usage import RequestUsage

from chat_app.agents.models.scripted.gates import EventGates, FileGates, Gates
from chat_app.agents.models.scripted.script import (
    Call,
    Delay,
    Fail,
    Mark,
    Reasoning,
    Script,
    Step,
    Text,
    Wait,
    read_script,
)

ECHO = "echo"
"""The name of the built-in script, which repeats the person's last message."""

_TOKEN = re.compile(r"\s*\S+|\s+$")


class ScriptedModel(Model):
    """Answers each call with the first step of its script that fits and is left.

    Args:
        script: The script; without one, the model repeats the person's last message.
        gates: The gates and marks of the script.
        salt: Returns the mark of a try, for scripts that vary.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        gates: Gates | None = None,
        salt: Callable[[], str] = lambda: secrets.token_hex(2),
    ) -> None:
        super().__init__()
        self.script = script
        self.gates = gates or EventGates()
        self.unexpected: list[str] = []
        self._salt = salt
        self._left = [step.times for step in script.steps] if script else []

    @classmethod
    def load(cls, name: str) -> Self:
        """Return the model of a script file, the same one until the file changes.

        Args:
            name: The file's path, or `echo`.

        Raises:
            OSError: The file can't be read.
            ValueError: It is not a valid script.
        """
        if name == ECHO:
            return cls()
        path = Path(name)
        return _load(cls, path, path.stat().st_mtime_ns)

    @property
    def model_name(self) -> str:
        """The model's name in responses."""
        return "script"

    @property
    def system(self) -> str:
        """The provider's name in responses."""
        return "scripted"

    def assert_done(self) -> None:
        """Fail when there was a call without a fitting step, or a step without a call."""
        assert not self.unexpected, f"no step of the script fits: {'; '.join(self.unexpected)}"
        left = [index for index, times in enumerate(self._left) if times]
        assert not left, f"steps of the script that were not played: {left}"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Return the complete answer of a step."""
        async with self.request_stream(messages, model_settings, model_request_parameters) as stream:
            async for _ in stream:
                pass
        return stream.get()

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Stream the answer of a step."""
        _, parameters = self.prepare_request(model_settings, model_request_parameters)
        yield _ScriptedStream(
            model_request_parameters=parameters,
            step=self._next_step(messages),
            gates=self.gates,
            rate=self.script.tokens_per_second if self.script else None,
            salt=self._salt() if self.script and self.script.vary else None,
        )

    def _next_step(self, messages: Sequence[ModelMessage]) -> Step:
        call = _read_call(messages)
        if self.script is None:
            return Step(chunks=(Text(text=call.text),))
        for index, step in enumerate(self.script.steps):
            left = self._left[index]
            if left != 0 and step.on.fits(call=call.number, text=call.text, instructions=call.instructions):
                self._left[index] = None if left is None else left - 1
                return step
        self.unexpected.append(f"call {call.number} after {call.text[:80]!r}")
        raise AssertionError(f"no step of the script fits {self.unexpected[-1]}")


@cache
def _load(kind: type[ScriptedModel], path: Path, _modified: int) -> Any:
    return kind(read_script(path), gates=FileGates(path.parent))


@dataclass(frozen=True, kw_only=True)
class _ModelCall:
    """What a step's condition is compared with."""

    number: int
    """The number of the call since the person's last message, from 1."""
    text: str
    """The person's last message."""
    instructions: str


def _read_call(messages: Sequence[ModelMessage]) -> _ModelCall:
    number, text = 1, ""
    instructions: list[str] = []
    for message in messages:
        if isinstance(message, ModelResponse):
            number += 1
            continue
        instructions += [message.instructions or ""]
        instructions += [part.content for part in message.parts if isinstance(part, SystemPromptPart)]
        if prompt := _prompt_text(message):
            number, text = 1, prompt
    return _ModelCall(number=number, text=text, instructions="\n".join(instructions))


def _prompt_text(request: ModelRequest) -> str:
    prompts = [part.content for part in request.parts if isinstance(part, UserPromptPart)]
    return "\n".join(
        prompt if isinstance(prompt, str) else "\n".join(item for item in prompt if isinstance(item, str))
        for prompt in prompts
    )


def _part_numbers(step: Step) -> Iterator[int]:
    """Yield the index of each chunk's part: consecutive chunks of text, or of reasoning, are one part."""
    part, before = 0, None
    for chunk in step.chunks:
        if isinstance(chunk, Text | Reasoning | Call):
            part += type(chunk) is not before or isinstance(chunk, Call)
            before = type(chunk)
        yield part


@dataclass
class _Pace:
    """Schedules tokens relative to the first one, so that delays don't add up."""

    rate: float | None
    started_at: float | None = None
    sent: int = 0

    async def next(self) -> None:
        """Wait until the next token is due."""
        if self.rate is None:
            await anyio.lowlevel.checkpoint()
            return
        if self.started_at is None:
            self.started_at = anyio.current_time()
        await anyio.sleep_until(self.started_at + self.sent / self.rate)
        self.sent += 1

    def restart(self) -> None:
        """Begin a new schedule with the next token."""
        self.started_at, self.sent = None, 0


@dataclass(kw_only=True)
class _ScriptedStream(StreamedResponse):
    """One step as the stream of a provider."""

    step: Step
    gates: Gates
    rate: float | None
    salt: str | None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        pace = _Pace(self.rate)
        self._usage = RequestUsage(input_tokens=1)
        for chunk, part in zip(self.step.chunks, _part_numbers(self.step), strict=True):
            match chunk:
                case Text(text=words) | Reasoning(reasoning=words):
                    for token in _TOKEN.findall(words):
                        await pace.next()
                        self._usage += RequestUsage(output_tokens=1)
                        for event in self._word(chunk, part, self._marked(token)):
                            yield event
                case Call():
                    await pace.next()
                    yield self._parts_manager.handle_tool_call_part(
                        vendor_part_id=part,
                        tool_name=chunk.tool,
                        args=dict(chunk.arguments),
                        tool_call_id=chunk.id or f"call-{secrets.token_hex(4)}",
                    )
                case Delay(delay=seconds):
                    await anyio.sleep(seconds)
                    pace.restart()
                case Wait(wait=name):
                    await self.gates.wait(name)
                    pace.restart()
                case Mark(mark=name):
                    self.gates.mark(name)
                case Fail(error=fault):
                    raise fault.as_error(self.model_name)
        self.finish_reason = self.step.finish

    def _word(self, chunk: Text | Reasoning, part: int, word: str) -> Iterator[ModelResponseStreamEvent]:
        if isinstance(chunk, Reasoning):
            return self._parts_manager.handle_thinking_delta(vendor_part_id=part, content=word)
        return self._parts_manager.handle_text_delta(vendor_part_id=part, content=word)

    def _marked(self, token: str) -> str:
        return token if self.salt is None or token.isspace() else f"{token}~{self.salt}"

    async def close_stream(self) -> None:
        """Do nothing: there is no connection."""

    @property
    def model_name(self) -> str:
        """The model's name in the response."""
        return "script"

    @property
    def provider_name(self) -> str:
        """The provider's name in the response."""
        return "scripted"

    @property
    def provider_url(self) -> None:
        """No address: there is no provider."""

    @property
    def timestamp(self) -> datetime:
        """When the request was made."""
        return self.created
