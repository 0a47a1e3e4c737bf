"""Wraps a model: publishes its answer while it is streamed, and retries after rate limits and temporary errors.

The agent library calls `request`; the wrapper calls `request_stream` of the wrapped model, so that each token can be
published before the response is complete.
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
from chat_app.agents.run.pieces import PartText, ResponsePiece, StreamsPieces
from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure
from chat_app.domain.turns import Delay

TRIES_PER_ATTEMPT = 100
"""The most tries of one attempt at a turn, so that each try of each attempt has its own number."""

RestartStep = Callable[[int, int], Awaitable[None]]
"""Called with the step and the number of the new try."""
ReportDelay = Callable[[Delay | None], Awaitable[None]]
"""Called when the turn begins to wait, and with None when it continues."""


class TurnStopped(Exception):  # noqa: N818 - a person's wish, not an error
    """The turn was stopped while its model or tool was running."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How a model call is retried after a temporary error."""

    max_retries: int
    first_wait_seconds: float
    """Before the first retry; each further one waits twice as long, unless the provider asks for another time."""
    max_wait_seconds: float = 60.0
    """The longest wait before a retry; when a provider asks for a longer one, the call fails."""

    def wait_seconds(self, tries: int, failure: TurnFailure) -> float | None:
        """Return the seconds to wait after a failed try, or None to give up.

        Args:
            tries: Tries until now, from 1.
            failure: The failure of the last one.
        """
        if not failure.retryable or tries > self.max_retries:
            return None
        seconds = failure.retry_after
        if seconds is None:
            seconds = self.first_wait_seconds * 2 ** (tries - 1)
        return seconds if seconds <= self.max_wait_seconds else None


@dataclass
class _Span:
    """A span of time, in seconds of the monotonic clock."""

    start: float
    end: float


@dataclass
class StreamingModel(WrapperModel):
    """The model of one turn, with streaming and retries.

    Args:
        wrapped: The model that answers.
        live: Receives the open parts.
        attempt: The number of the turn's attempt: 1, and one more after each restart.
        retry: How temporary errors are retried.
        restart: Awaited before a step is repeated.
        report_delay: Awaited when the turn begins to wait or continues.
    """

    live: LiveTurn
    attempt: int
    retry: RetryPolicy
    restart: RestartStep
    report_delay: ReportDelay
    durations: dict[int, dict[int, float]] = field(default_factory=dict[int, dict[int, float]])
    """Seconds that each reasoning part took, by step and index."""

    def __init__(
        self,
        wrapped: Model,
        *,
        live: LiveTurn,
        attempt: int,
        retry: RetryPolicy,
        restart: RestartStep,
        report_delay: ReportDelay,
    ) -> None:
        super().__init__(wrapped)
        self.live = live
        self.attempt = attempt
        self.retry = retry
        self.restart = restart
        self.report_delay = report_delay
        self.durations = {}
        # In a resumed turn the first call is a repetition; the calls after it are not.
        self._has_called = False

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Call the model and publish its answer while it is streamed.

        Raises:
            TurnStopped: The turn was stopped.
            TurnError: The model could not answer.
        """
        step = step_number(messages)
        tries = 0
        while True:
            number = self.attempt * TRIES_PER_ATTEMPT + tries
            if tries > 0 or (self.attempt > 1 and not self._has_called):
                # In memory before the database: a reader who joins in between gets no text that would never be removed.
                self.live.restart_step(step)
                await self.restart(step, number)
            self._has_called = True
            try:
                return await self._stream(messages, model_settings, model_request_parameters, step=step, number=number)
            except TurnStopped:
                raise
            except Exception as error:
                failure = describe_failure(error)
                tries += 1
                seconds = self.retry.wait_seconds(tries, failure)
                if seconds is None:
                    raise failure.as_error() from error
                await self._pause(failure, tries=tries, seconds=seconds)

    async def _pause(self, failure: TurnFailure, *, tries: int, seconds: float) -> None:
        limited = failure.code == TurnErrorCode.RATE_LIMITED
        await self.report_delay(
            Delay(
                reason="rate_limited" if limited else "provider_error",
                text=failure.text,
                attempt=tries,
                until=datetime.now(UTC) + timedelta(seconds=seconds),
            )
        )
        async with stoppable(self.live):
            await asyncio.sleep(seconds)
        await self.report_delay(None)

    async def _stream(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
        *,
        step: int,
        number: int,
    ) -> ModelResponse:
        publisher = _Publisher(self.live, step=step, attempt=number)
        async with stoppable(self.live):
            if isinstance(self.wrapped, StreamsPieces):
                async with self.wrapped.stream_pieces(messages, settings, parameters) as pieces_stream:
                    async for pieces in pieces_stream:
                        publisher.publish_pieces(pieces)
                        await self.live.until_next_flush()
                response = pieces_stream.response()
            else:
                async with self.wrapped.request_stream(messages, settings, parameters) as stream:
                    async for event in stream:
                        publisher.publish(event)
                response = stream.get()
        self.live.flush()
        self.durations[step] = publisher.durations()
        return storable_response(response)


@asynccontextmanager
async def stoppable(live: LiveTurn) -> AsyncGenerator[None]:
    """Run a block that is cancelled when the turn is stopped.

    Raises:
        TurnStopped: The turn was stopped before or during the block.
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


class _Publisher:
    """Publishes a model's stream as open parts."""

    def __init__(self, live: LiveTurn, *, step: int, attempt: int) -> None:
        self._live = live
        self._step = step
        self._attempt = attempt
        self._reasoning: dict[int, _Span] = {}

    def publish_pieces(self, pieces: Sequence[ResponsePiece]) -> None:
        """Publish what has arrived of a stream that this program reads."""
        for piece in pieces:
            if isinstance(piece, PartText):
                if (span := self._reasoning.get(piece.index)) is not None:
                    span.end = monotonic()
                self._live.write(self._id(piece.index), piece.text)
                continue
            if piece.kind == "reasoning":
                self._reasoning[piece.index] = _Span(start=monotonic(), end=monotonic())
            self._live.start(
                self._id(piece.index), piece.kind, attempt=self._attempt, text=piece.text, tool_name=piece.tool_name
            )

    def publish(self, event: ModelResponseStreamEvent) -> None:
        """Publish an event of the agent library."""
        match event:
            case PartStartEvent(index=index, part=TextPart(content=text)):
                self._live.start(self._id(index), "text", attempt=self._attempt)
                self._live.write(self._id(index), text)
            case PartStartEvent(index=index, part=ThinkingPart(content=text)):
                self._reasoning[index] = _Span(start=monotonic(), end=monotonic())
                self._live.start(self._id(index), "reasoning", attempt=self._attempt)
                self._live.write(self._id(index), text)
            case PartStartEvent(index=index, part=ToolCallPart(tool_name=name)):
                self._live.start(self._id(index), "tool_call", attempt=self._attempt, tool_name=name)
            case PartDeltaEvent(index=index, delta=TextPartDelta(content_delta=text)):
                self._live.write(self._id(index), text)
            case PartDeltaEvent(index=index, delta=ThinkingPartDelta(content_delta=str(text))):
                span = self._reasoning.setdefault(index, _Span(start=monotonic(), end=monotonic()))
                span.end = monotonic()
                self._live.write(self._id(index), text)
            case _:
                pass

    def durations(self) -> dict[int, float]:
        """Return the seconds that each reasoning part took, by its index."""
        return {index: round(span.end - span.start, 3) for index, span in self._reasoning.items()}

    def _id(self, index: int) -> str:
        return f"{self._step}.{index}"


def step_number(messages: Sequence[ModelMessage]) -> int:
    """Return the number of the next model call: how many responses follow the person's last message.

    The length of the turn's history is no help, because the library merges adjacent messages of one side.
    """
    step = 0
    for message in reversed(messages):
        if isinstance(message, ModelResponse):
            step += 1
        elif any(isinstance(part, UserPromptPart) for part in message.parts):
            break
    return step
