"""What a model's stream consists of, in batches: parts that begin, and text that continues them.

Models whose streams are read by this program offer them in this form, which costs less than the agent library's events:
everything that has arrived is one list, and text of one part is one string.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings


@dataclass(frozen=True, slots=True)
class PartOpened:
    """A part of the response begins; an open part with the same index is replaced."""

    index: int
    kind: Literal["text", "reasoning", "tool_call"]
    text: str = ""
    tool_name: str | None = None


@dataclass(frozen=True, slots=True)
class PartText:
    """Text that continues an open part."""

    index: int
    text: str


ResponsePiece = PartOpened | PartText


class PieceStream(Protocol):
    """The stream of one response: iterate it to its end, then take the response."""

    def __aiter__(self) -> AsyncIterator[Sequence[ResponsePiece]]:
        """Iterate over the batches of pieces."""
        ...

    def response(self) -> ModelResponse:
        """Return the complete response."""
        ...


@runtime_checkable
class StreamsPieces(Protocol):
    """A model that streams its response as pieces."""

    def stream_pieces(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> AbstractAsyncContextManager[PieceStream]:
        """Send a request and return its stream."""
        ...
