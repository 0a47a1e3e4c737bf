"""Streams of chat-completions servers as bytes, and what a reader makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_ai.messages import ModelResponse, TextPart, ThinkingPart, ToolCallPart

from chat_app.agents.models.chat_completions.reader import CompletionReader
from chat_app.agents.models.chat_completions.sse import EventDecoder
from chat_app.agents.run.pieces import PartOpened, ResponsePiece

TOOLS = ("calculator", "clock")


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return one chunk of a stream."""
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def sse(*events: dict[str, Any] | str) -> bytes:
    """Return events as the body of a stream."""
    texts = (event if isinstance(event, str) else json.dumps(event) for event in events)
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def text_stream(texts: Iterable[str | dict[str, Any]], *, finish: str = "stop") -> bytes:
    """Return a complete answer, with one chunk for each text or delta."""
    deltas = [text if isinstance(text, dict) else {"content": text} for text in texts]
    return sse(*map(chunk, deltas), chunk(finish=finish), "[DONE]")


def call_stream(deltas: Iterable[list[dict[str, Any]]], *, finish: str = "tool_calls") -> bytes:
    """Return an answer of tool calls, with one chunk for each list of them."""
    return sse(*(chunk({"tool_calls": calls}) for calls in deltas), chunk(finish=finish), "[DONE]")


def call(
    arguments: Any = None, *, index: int | None = 0, call_id: str | None = None, name: str | None = None
) -> dict[str, Any]:
    """Return the delta of one tool call, with the fields that are given."""
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    fields: dict[str, Any] = {"index": index, "id": call_id, "type": "function" if name else None}
    return {**{key: value for key, value in fields.items() if value is not None}, "function": function}


class Read:
    """What a reader has read of a stream.

    Args:
        body: The stream.
        size: The bytes that arrive at a time; all at once by default.
        used_ids: The ids of earlier tool calls.
    """

    def __init__(self, body: bytes, *, size: int | None = None, used_ids: Iterable[str] = ()) -> None:
        decoder = EventDecoder()
        self.reader = CompletionReader(model="m", provider="server", tools=TOOLS, used_ids=set(used_ids))
        self.pieces: list[ResponsePiece] = []
        step = size or max(1, len(body))
        for start in range(0, len(body), step):
            self.pieces += self.reader.feed(decoder.feed(body[start : start + step]))
        self.pieces += self.reader.feed(decoder.finish())
        self.pieces += self.reader.finish()
        self.response: ModelResponse = self.reader.response()

    @property
    def answer(self) -> str:
        """The text of the answer, without blank space around it."""
        return "".join(part.content for part in self.response.parts if isinstance(part, TextPart)).strip()

    @property
    def reasoning(self) -> str:
        """The reasoning."""
        return "".join(part.content for part in self.response.parts if isinstance(part, ThinkingPart))

    @property
    def calls(self) -> list[ToolCallPart]:
        """The tool calls."""
        return [part for part in self.response.parts if isinstance(part, ToolCallPart)]

    def shown(self) -> dict[int, tuple[str, str]]:
        """Return what a reader of the live pieces sees at the end: the kind and the text of each part."""
        parts: dict[int, tuple[str, str]] = {}
        for piece in self.pieces:
            if isinstance(piece, PartOpened):
                parts[piece.index] = (piece.kind, piece.text)
            else:
                kind, text = parts[piece.index]
                parts[piece.index] = (kind, text + piece.text)
        return parts


def cuts(text: str, sizes: Sequence[int]) -> list[str]:
    """Return a text in pieces of the given sizes, and the rest."""
    pieces: list[str] = []
    for size in sizes:
        pieces.append(text[:size])
        text = text[size:]
    return [piece for piece in (*pieces, text) if piece]
