"""A model behind a server that speaks OpenAI's chat-completions protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_core import to_json

from chat_app.agents.models.chat_completions.errors import (
    StreamError,
    connection_error,
    error_in_stream,
    looks_like_page,
    refusal,
    web_page,
)
from chat_app.agents.models.chat_completions.reader import CompletionReader
from chat_app.agents.models.chat_completions.request import call_ids, request_body
from chat_app.agents.models.chat_completions.sse import EventDecoder, LineTooLong
from chat_app.agents.run.pieces import ResponsePiece

MAX_BODY_BYTES = 16 * 1024 * 1024
"""Bytes of an answer that is no stream."""
MAX_REFUSAL_BYTES = 256 * 1024
"""Bytes that are read of an answer with an error status."""
END_SECONDS = 0.1
"""How long to wait for the end of a body that follows the end of the answer: then the connection can be used again."""
_OPENAI_HOST = "api.openai.com"
_TOO_LARGE = "The model's server sent more than any answer has."


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that speaks the protocol."""

    name: str
    """Names the server in the history: reasoning is sent back only to the server that wrote it."""
    base_url: str
    """The address before `/chat/completions`."""
    key: str = field(repr=False)


class ChatCompletionsModel(Model[None]):
    """A model behind a server that speaks OpenAI's chat-completions protocol.

    Args:
        name: The name of the model at its server.
        server: The server.
        client: The HTTP client.
    """

    def __init__(self, name: str, server: Server, *, client: httpx2.AsyncClient) -> None:
        super().__init__(profile=ModelProfile(supports_thinking=True, default_framing_announcement="never"))
        self._name = name
        self.server = server
        self._client = client

    @property
    def model_name(self) -> str:
        """The name of the model at its server."""
        return self._name

    @property
    def system(self) -> str:
        """The name of the server."""
        return self.server.name

    @property
    def base_url(self) -> str:
        """The server's address."""
        return self.server.base_url

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Return an answer that is not streamed.

        Raises:
            ModelAPIError: The server refused or can't be reached.
        """
        async with self._open(messages, model_settings, model_request_parameters, stream=False) as stream:
            async for _ in stream:
                pass
            return stream.response()

    @asynccontextmanager
    async def stream_pieces(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> AsyncGenerator[CompletionStream]:
        """Send a request and stream its answer.

        Raises:
            ModelAPIError: The server refused or can't be reached.
        """
        async with self._open(messages, model_settings, model_request_parameters, stream=True) as stream:
            yield stream

    @asynccontextmanager
    async def _open(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        *,
        stream: bool,
    ) -> AsyncGenerator[CompletionStream]:
        settings, params = self.prepare_request(model_settings, model_request_parameters)
        prepared = self.prepare_messages(messages, params)
        body = request_body(
            prepared,
            model=self._name,
            provider=self.server.name,
            instructions=self._get_instruction_parts(prepared, params) or (),
            settings=settings or {},
            params=params,
            stream=stream,
            new_token_limit=urlsplit(self.server.base_url).hostname == _OPENAI_HOST,
        )
        reader = CompletionReader(
            model=self._name,
            provider=self.server.name,
            tools=tuple(params.declared_tool_defs),
            used_ids=call_ids(messages),
        )
        try:
            async with self._client.stream(
                "POST",
                f"{self.server.base_url.rstrip('/')}/chat/completions",
                content=to_json(body),
                headers={
                    "authorization": f"Bearer {self.server.key}",
                    "content-type": "application/json",
                    "accept": "text/event-stream" if stream else "application/json",
                },
            ) as response:
                if response.status_code >= 400:
                    raise refusal(self._name, response, await _read_on(response.aiter_bytes(), MAX_REFUSAL_BYTES))
                yield CompletionStream(self._name, response, reader)
        except httpx2.TransportError as error:
            raise connection_error(self._name, error) from error


class CompletionStream:
    """The answer of one request while it arrives.

    Args:
        model: The name of the model, for errors.
        response: The server's response.
        reader: Reads its chunks.
    """

    def __init__(self, model: str, response: httpx2.Response, reader: CompletionReader) -> None:
        self._model = model
        self._response = response
        self._reader = reader

    async def __aiter__(self) -> AsyncIterator[Sequence[ResponsePiece]]:
        """Iterate over the batches of pieces, one for everything that was ready in the socket.

        Raises:
            ModelAPIError: The server reported an error.
            UnexpectedModelBehavior: There is no answer.
        """
        try:
            async for pieces in self._batches():
                if pieces:
                    yield pieces
        except StreamError as error:
            raise error_in_stream(self._model, error.error, after_output=self._reader.has_output) from None
        except LineTooLong:
            raise UnexpectedModelBehavior(_TOO_LARGE) from None
        except httpx2.TransportError:
            # Some servers drop the connection when they have said everything.
            if self._reader.ended_early:
                raise
        if self._reader.ended_early and not self._reader.is_usable:
            lost = httpx2.RemoteProtocolError("The connection ended before the answer did.")
            raise connection_error(self._model, lost)

    def response(self) -> ModelResponse:
        """Return the complete response."""
        return self._reader.response()

    async def _batches(self) -> AsyncIterator[list[ResponsePiece]]:
        decoder = EventDecoder()
        received = self._response.aiter_bytes()
        first = b""
        async for data in received:
            # Blank space before the first event means nothing.
            if first := data.lstrip():
                break
        if first[:1] in (b"{", b"[", b"<"):
            yield self._whole(await _read_on(received, MAX_BODY_BYTES, beginning=first))
            return
        yield self._reader.feed(decoder.feed(first))
        async for data in received:
            yield self._reader.feed(decoder.feed(data))
            if self._reader.done:
                break
        yield self._reader.feed(decoder.finish())
        yield self._reader.finish()
        with anyio.move_on_after(END_SECONDS):
            async for _ in received:
                pass

    def _whole(self, body: bytes) -> list[ResponsePiece]:
        """Read an answer that is no stream: a whole completion, an error, or a web page."""
        text = body.decode("utf-8", "replace")
        if looks_like_page(text):
            raise web_page(self._model, text)
        pieces = self._reader.feed([b" ".join(body.splitlines())])
        pieces += self._reader.finish()
        self._reader.done = True
        if not self._reader.has_output:
            raise StreamError(_no_completion(text))
        return pieces


def _no_completion(text: str) -> dict[str, Any]:
    return {"message": text[:1_000], "code": "no_completion"}


async def _read_on(received: AsyncIterator[bytes], limit: int, *, beginning: bytes = b"") -> bytes:
    """Return a body, or the first `limit` bytes of it.

    Args:
        received: The bytes that arrive.
        limit: Bytes to read at most.
        beginning: What has arrived already.
    """
    body = bytearray(beginning)
    async for data in received:
        body += data
        if len(body) >= limit:
            break
    return bytes(body[:limit])
