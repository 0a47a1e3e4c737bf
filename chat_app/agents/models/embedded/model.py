"""Adapts an embedded model to the agent library's model interface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from pydantic_ai.exceptions import ModelContextWindowExceededError, ModelHTTPError, ModelRequestRejectedError
from pydantic_ai.messages import FinishReason, ModelMessage, ModelResponse, ModelResponseStreamEvent
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import RunContext
from pydantic_ai.usage import RequestUsage

from chat_app.agents.models.embedded.catalogue import CatalogueModel
from chat_app.agents.models.embedded.chunks import EngineError
from chat_app.agents.models.embedded.conversation import read_conversation
from chat_app.agents.models.embedded.engine import Engine
from chat_app.agents.models.embedded.planning import make_plan
from chat_app.agents.models.embedded.writer import AnswerPiece, AnswerPlan, TokenCounts, count_prompt, write_answer

SYSTEM = "embedded"
"""Names the provider in histories and traces."""

Lease = Callable[[], AbstractAsyncContextManager[Engine]]
"""Lends the loaded engine; weights are downloaded and loaded first if necessary."""


class EmbeddedModel(Model[None]):
    """A model that runs in this process.

    Args:
        model: The model of the catalogue.
        lease: Lends the engine for one request.
        context: The most tokens of a request and its answer.
        settings: Defaults for the agent's settings.
    """

    unsupported_settings = frozenset(
        {
            "extra_body",
            "extra_headers",
            "logit_bias",
            "max_retries",
            "parallel_tool_calls",
            "service_tier",
            "timeout",
            "citations",
        }
    )

    def __init__(
        self, model: CatalogueModel, lease: Lease, *, context: int, settings: ModelSettings | None = None
    ) -> None:
        super().__init__(settings=settings, profile=_profile(context))
        self._model = model
        self._lease = lease

    @property
    def model_name(self) -> str:
        """The model's key in the catalogue."""
        return self._model.key

    @property
    def system(self) -> str:
        """The name of the provider."""
        return SYSTEM

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Return the complete answer of `request_stream`."""
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
        """Stream the answer; leaving the block or cancelling it stops the generation at once.

        Raises:
            Unavailable: The weights can't be downloaded or loaded.
        """
        settings, params = self.prepare_request(model_settings, model_request_parameters)
        plan = self._plan(messages, settings, params)
        async with self._lease() as engine:
            response = EmbeddedResponse(model_request_parameters=params, engine=engine, plan=plan, key=self._model.key)
            try:
                yield response
            finally:
                await response.close_stream()

    async def count_tokens(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> RequestUsage:
        """Return the number of tokens of the conversation, without generating an answer."""
        settings, params = self.prepare_request(model_settings, model_request_parameters)
        plan = self._plan(messages, settings, params)
        async with self._lease() as engine:
            try:
                return RequestUsage(input_tokens=await count_prompt(engine, plan))
            except EngineError as error:
                raise _as_model_error(error, self._model.key) from None

    def _plan(
        self, messages: list[ModelMessage], settings: ModelSettings | None, params: ModelRequestParameters
    ) -> AnswerPlan:
        instructions = [part.content for part in self._get_instruction_parts(messages, params) or []]
        conversation = read_conversation(messages, instructions=instructions)
        return make_plan(self._model, conversation, settings=settings or ModelSettings(), params=params)


@dataclass
class EmbeddedResponse(StreamedResponse):
    """An answer while it is generated, in a separate task, so that it can be cancelled from anywhere."""

    engine: Engine = field(repr=False, kw_only=True)
    plan: AnswerPlan = field(repr=False, kw_only=True)
    key: str = field(kw_only=True)
    _started_at: datetime = field(default_factory=lambda: datetime.now(UTC), init=False)
    _pieces: asyncio.Queue[AnswerPiece | Exception | None] = field(
        default_factory=asyncio.Queue[AnswerPiece | Exception | None], init=False, repr=False
    )
    _task: asyncio.Task[None] | None = field(default=None, init=False, repr=False)

    async def close_stream(self) -> None:
        """Stop the generation and end the iteration; the pieces until now are kept."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._pieces.put_nowait(None)

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        self._task = asyncio.create_task(self._run())
        while (piece := await self._pieces.get()) is not None:
            if isinstance(piece, EngineError):
                raise _as_model_error(piece, self.key)
            if isinstance(piece, Exception):
                raise piece
            self._add_usage(_usage(piece.tokens), reported=True, cumulative=True)
            if piece.finish_reason is not None:
                self.finish_reason = cast("FinishReason", piece.finish_reason)
            if piece.text:
                for event in self._parts_manager.handle_text_delta(vendor_part_id="text", content=piece.text):
                    yield event
            if piece.call is not None or piece.arguments:
                for event in self._parts_manager.handle_tool_call_delta_events(
                    vendor_part_id="call", tool_name=piece.call, args=piece.arguments or None
                ):
                    yield event

    async def _run(self) -> None:
        try:
            async with aclosing(write_answer(self.engine, self.plan)) as pieces:
                async for piece in pieces:
                    self._pieces.put_nowait(piece)
        except Exception as error:
            self._pieces.put_nowait(error)
        else:
            self._pieces.put_nowait(None)

    @property
    def model_name(self) -> str:
        """The model's key in the catalogue."""
        return self.key

    @property
    def provider_name(self) -> str:
        """The name of the provider."""
        return SYSTEM

    @property
    def provider_url(self) -> None:
        """There is no server."""
        return

    @property
    def timestamp(self) -> datetime:
        """When the request was made."""
        return self._started_at


def _profile(context: int) -> ModelProfile:
    return ModelProfile(
        supports_json_schema_output=True,
        supports_json_object_output=True,
        default_structured_output_mode="native",
        supports_image_input=False,
        supports_document_input=False,
        supports_audio_file_input=False,
        supports_video_input=False,
        # A small model follows the announcement instead of the user.
        default_framing_announcement="never",
        may_tokenize_special_tokens_in_content=True,
        context_window=context,
    )


def _usage(tokens: TokenCounts) -> RequestUsage:
    return RequestUsage(
        input_tokens=tokens.prompt,
        cache_read_tokens=tokens.cached,
        output_tokens=tokens.written,
        details={"tool_choice_input_tokens": tokens.choice} if tokens.choice else {},
    )


def _as_model_error(error: EngineError, key: str) -> ModelHTTPError:
    overflow = error.prompt_tokens is not None
    body = {"message": str(error), "n_prompt_tokens": error.prompt_tokens, "n_ctx": error.context}
    return ModelHTTPError.for_category(
        ModelContextWindowExceededError if overflow else ModelRequestRejectedError,
        status_code=400,
        model_name=key,
        body=body if overflow else {"message": str(error)},
        provider_error_code="context_length_exceeded" if overflow else None,
    )
