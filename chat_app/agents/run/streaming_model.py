"""A model whose answers are watched while they are written, asked again when its provider says "later".

The agent library calls `request`; the wrapped model is asked with `request_stream`, so that every token can be seen on
its way to the finished response.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

import anyio
from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from chat_app.agents.run.errors import describe_failure
from chat_app.agents.run.history import storable_response
from chat_app.agents.run.live import LiveTurn
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure
from chat_app.domain.turns import Delay

TRIES_PER_ATTEMPT = 100
"""Room for the tries of one attempt at a turn, so that every try of every attempt has a number of its own."""

Restart = Callable[[int, int], Awaitable[None]]
Wait = Callable[[Delay | None], Awaitable[None]]


class TurnStopped(Exception):  # noqa: N818 - a person's wish, not a fault
    """The turn was stopped while its model or tool was at work."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How a model call is tried again after a passing fault."""

    most: int
    first_wait: float
    """Seconds before the first new try; each further one waits twice as long, unless the provider says otherwise."""
    longest_wait: float = 60.0
    """Seconds that a single wait may last; a provider that asks for more has said no."""

    def wait(self, tries: int, failure: TurnFailure) -> float | None:
        """Return the seconds to wait after this many tries, or None to give up."""
        if not failure.retryable or tries > self.most:
            return None
        wait = failure.retry_after if failure.retry_after is not None else self.first_wait * 2 ** (tries - 1)
        return wait if wait <= self.longest_wait else None


@dataclass
class StreamingModel(WrapperModel):
    """Wraps the model of one turn.

    Args:
        wrapped: The model that answers.
        live: Takes the open parts.
        attempt: Of the turn.
        retry: How passing faults are tried again.
        restart: Awaited before a step is asked again, with the step and the new attempt.
        wait: Awaited when the turn begins or ends to wait.
    """

    live: LiveTurn
    attempt: int
    retry: RetryPolicy
    restart: Restart
    wait: Wait
    durations: dict[int, dict[int, float]] = field(default_factory=dict[int, dict[int, float]])
    """Seconds of each reasoning part, by step and index."""

    def __init__(
        self,
        wrapped: Model,
        *,
        live: LiveTurn,
        attempt: int,
        retry: RetryPolicy,
        restart: Restart,
        wait: Wait,
    ) -> None:
        super().__init__(wrapped)
        self.live = live
        self.attempt = attempt
        self.retry = retry
        self.restart = restart
        self.wait = wait
        self.durations = {}
        # A resumed turn asks its first call again; the calls after it are asked for the first time.
        self._asked = False

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Ask the model, showing its answer as it is written.

        Raises:
            TurnStopped: The turn was stopped.
            TurnError: The model could not answer.
        """
        step = step_number(messages)
        tries = 0
        while True:
            number = self.attempt * TRIES_PER_ATTEMPT + tries
            if tries > 0 or (self.attempt > 1 and not self._asked):
                # First here, then on the disk: who joins in between has no text that nobody would take back.
                self.live.restart_step(step)
                await self.restart(step, number)
            self._asked = True
            try:
                return await self._watch(messages, model_settings, model_request_parameters, step=step, number=number)
            except TurnStopped:
                raise
            except Exception as error:
                failure = describe_failure(error)
                tries += 1
                seconds = self.retry.wait(tries, failure)
                if seconds is None:
                    raise failure.as_error() from error
                await self._pause(failure, tries=tries, seconds=seconds)

    async def _pause(self, failure: TurnFailure, *, tries: int, seconds: float) -> None:
        limited = failure.code == TurnErrorCode.RATE_LIMITED
        await self.wait(
            Delay(
                reason="rate_limited" if limited else "provider_error",
                text=failure.text,
                attempt=tries,
                until=datetime.now(UTC) + timedelta(seconds=seconds),
            )
        )
        async with stoppable(self.live):
            await asyncio.sleep(seconds)
        await self.wait(None)

    async def _watch(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
        *,
        step: int,
        number: int,
    ) -> ModelResponse:
        watcher = _Watcher(self.live, step=step, attempt=number)
        async with (
            stoppable(self.live),
            self.wrapped.request_stream(messages, settings, parameters) as stream,
        ):
            async for event in stream:
                watcher.see(event)
        self.live.flush()
        self.durations[step] = watcher.durations()
        return storable_response(stream.get())


@asynccontextmanager
async def stoppable(live: LiveTurn) -> AsyncGenerator[None]:
    """Run a block that a stop of the turn leaves at once.

    Raises:
        TurnStopped: The turn was stopped, before the block or in it.
    """
    if live.closed:
        raise TurnStopped
    with anyio.CancelScope() as scope:
        live.stops.add(scope.cancel)
        try:
            yield
        finally:
            live.stops.discard(scope.cancel)
    if scope.cancelled_caught:
        raise TurnStopped


class _Watcher:
    """Turns the events of a model's stream into open parts."""

    def __init__(self, live: LiveTurn, *, step: int, attempt: int) -> None:
        self._live = live
        self._step = step
        self._attempt = attempt
        self._reasoning: dict[int, tuple[float, float]] = {}

    def see(self, event: ModelResponseStreamEvent) -> None:
        match event:
            case PartStartEvent(index=index, part=TextPart(content=text)):
                self._live.start(self._id(index), "text", attempt=self._attempt)
                self._live.write(self._id(index), text)
            case PartStartEvent(index=index, part=ThinkingPart(content=text)):
                self._reasoning[index] = (monotonic(), monotonic())
                self._live.start(self._id(index), "reasoning", attempt=self._attempt)
                self._live.write(self._id(index), text)
            case PartStartEvent(index=index, part=ToolCallPart(tool_name=name)):
                self._live.start(self._id(index), "tool_call", attempt=self._attempt, tool_name=name)
            case PartDeltaEvent(index=index, delta=TextPartDelta(content_delta=text)):
                self._live.write(self._id(index), text)
            case PartDeltaEvent(index=index, delta=ThinkingPartDelta(content_delta=str(text))):
                began, _ = self._reasoning.get(index, (monotonic(), 0.0))
                self._reasoning[index] = (began, monotonic())
                self._live.write(self._id(index), text)
            case _:
                pass

    def durations(self) -> dict[int, float]:
        return {index: round(end - began, 3) for index, (began, end) in self._reasoning.items()}

    def _id(self, index: int) -> str:
        return f"{self._step}.{index}"


def step_number(messages: Sequence[ModelMessage]) -> int:
    """Return the number of the next model call: the responses since what a person said last.

    Not those after the history's length: the library joins neighbours of one side, and so shortens what it is given.
    """
    step = 0
    for message in reversed(messages):
        if isinstance(message, ModelResponse):
            step += 1
        elif any(isinstance(part, UserPromptPart) for part in message.parts):
            break
    return step
