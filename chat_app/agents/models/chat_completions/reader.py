"""Reads the chunks of a streamed chat completion: text, reasoning, tool calls, usage and why it ended."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from pydantic_ai.messages import FinishReason, ModelResponse, ModelResponsePart, TextPart, ThinkingPart
from pydantic_ai.usage import RequestUsage

from chat_app.agents.models.chat_completions.errors import StreamError
from chat_app.agents.models.chat_completions.json_values import parse_json
from chat_app.agents.models.chat_completions.reasoning import ReasoningFields, thinking_part
from chat_app.agents.models.chat_completions.think_tags import Split, TextWasReasoning, ThinkTagSplitter
from chat_app.agents.models.chat_completions.tool_calls import ToolCallAssembler
from chat_app.agents.run.end_reasons import ENDED_EARLY
from chat_app.agents.run.pieces import PartOpened, PartText, ResponsePiece

MAX_RESPONSE_CHARACTERS = 4_000_000
"""Characters of one response, several times what any model writes: a stream without end is cut off here."""

_FINISH_REASONS: Mapping[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "tool_calls": "tool_call",
    "function_call": "tool_call",
}
"""What servers call the end of a response. Other names mean that it is complete."""


@dataclass(eq=False)
class _OpenPart:
    """The text or the reasoning of a response while it arrives."""

    index: int
    kind: Literal["text", "reasoning"]
    texts: list[str] = field(default_factory=list[str])


class CompletionReader:
    """Reads one streamed response.

    Args:
        model: The name of the model, for the response and for errors.
        provider: Names the server; reasoning is sent back only to the server that wrote it.
        tools: The names of the tools that the model may call.
        used_ids: The ids of earlier tool calls of the conversation.
    """

    def __init__(self, *, model: str, provider: str, tools: Collection[str], used_ids: Collection[str]) -> None:
        self._model = model
        self._provider = provider
        self._tags = ThinkTagSplitter()
        self._fields = ReasoningFields()
        self._calls = ToolCallAssembler(tools=tools, used_ids=used_ids)
        self._open: dict[Literal["text", "reasoning"], _OpenPart] = {}
        self._parts = 0
        self._characters = 0
        self._halves: dict[str, str] = {}
        """The first half of a character that was cut in two, by the kind of the text."""
        self._usage = RequestUsage()
        self._finish_reason: str | None = None
        self._response_id: str | None = None
        self.done = False
        """Whether the server has said that the response is complete, or it is too long."""

    @property
    def has_output(self) -> bool:
        """Whether any text, reasoning or tool call has come."""
        return self._parts > 0

    def feed(self, events: Iterator[bytes] | list[bytes]) -> list[ResponsePiece]:
        """Return what the data of some events adds to the response.

        Raises:
            StreamError: The server reported an error.
        """
        pieces: list[ResponsePiece] = []
        for data in () if self.done else events:
            if data == b"[DONE]":
                self.done = True
                break
            chunk = parse_json(data)
            if isinstance(chunk, dict):
                pieces.extend(self._read(cast("dict[str, Any]", chunk)))
            if self._characters > MAX_RESPONSE_CHARACTERS:
                self.done = True
                self._finish_reason = "length"
                break
        return _joined(pieces)

    def finish(self) -> list[ResponsePiece]:
        """Return the text that was held back, at the end of the stream."""
        return _joined([piece for split in self._tags.finish() for piece in self._add(split)])

    @property
    def ended_early(self) -> bool:
        """Whether the stream has ended without saying that the response is complete."""
        return not self.done and self._finish_reason is None

    @property
    def is_usable(self) -> bool:
        """Whether what has come makes sense although the stream ended early: no tool call is cut."""
        return self.has_output and self._calls.is_complete()

    def response(self) -> ModelResponse:
        """Return what has come until now as the agent library's response."""
        parts: dict[int, ModelResponsePart] = {}
        for part in self._open.values():
            text = "".join(part.texts)
            if part.kind == "text":
                parts[part.index] = TextPart(content=text)
            else:
                parts[part.index] = self._thinking(text)
        for call in self._calls.calls:
            if call.part_index is not None:
                parts[call.part_index] = self._calls.part(call)
        return ModelResponse(
            parts=[parts[index] for index in sorted(parts)],
            usage=self._usage,
            model_name=self._model,
            provider_name=self._provider,
            provider_response_id=self._response_id,
            provider_details={ENDED_EARLY: True} if self.ended_early else None,
            finish_reason=None if self._finish_reason is None else _FINISH_REASONS.get(self._finish_reason, "stop"),
        )

    def _thinking(self, text: str) -> ThinkingPart:
        return thinking_part(text.strip(), self._fields, provider=self._provider)

    def _read(self, chunk: dict[str, Any]) -> Iterator[ResponsePiece]:
        if chunk.get("error"):
            raise StreamError(chunk["error"])
        if isinstance(response_id := chunk.get("id"), str):
            self._response_id = response_id
        _read_usage(chunk, self._usage)
        choices: Any = chunk.get("choices")
        if not (isinstance(choices, list) and choices and isinstance(choices[0], dict)):
            return
        choice = cast("dict[str, Any]", choices[0])
        # A whole completion, which some servers send although a stream was asked for, has a message.
        delta: Any = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            yield from self._read_delta(cast("dict[str, Any]", delta))
        if isinstance(reason := choice.get("finish_reason"), str) and reason:
            if reason == "error":
                raise StreamError(choice.get("error") or "The provider reported an error without a reason.")
            self._finish_reason = reason.lower()

    def _read_delta(self, delta: dict[str, Any]) -> Iterator[ResponsePiece]:
        if reasoning := self._fields.read(delta):
            yield from self._write("reasoning", self._whole_characters("reasoning", reasoning))
        content = delta.get("content")
        if content is None:
            content = delta.get("refusal")
        if text := _content_text(content):
            for split in self._tags.feed(self._whole_characters("text", text)):
                yield from self._add(split)
        if calls := delta.get("tool_calls"):
            for call in self._calls.feed(calls):
                call.part_index = self._next_index()
                yield PartOpened(call.part_index, "tool_call", tool_name=call.name)

    def _add(self, split: Split) -> Iterator[ResponsePiece]:
        if isinstance(split, TextWasReasoning):
            return self._turn_text_into_reasoning()
        return self._write(split.kind, split.text)

    def _write(self, kind: Literal["text", "reasoning"], text: str) -> Iterator[ResponsePiece]:
        self._characters += len(text)
        part = self._open.get(kind)
        if part is None:
            # Blank space before the first word is no part.
            if not text.strip():
                return
            text = text.lstrip("\n") if kind == "text" else text.lstrip()
            part = self._open[kind] = _OpenPart(self._next_index(), kind)
            part.texts.append(text)
            yield PartOpened(part.index, kind, text=text)
        elif text:
            part.texts.append(text)
            yield PartText(part.index, text)

    def _turn_text_into_reasoning(self) -> Iterator[ResponsePiece]:
        """Make thoughts of the answer until now."""
        # Where reasoning has its own field, a stray end tag means nothing.
        if "text" not in self._open or "reasoning" in self._open:
            return
        part = self._open.pop("text")
        part.kind = "reasoning"
        self._open["reasoning"] = part
        yield PartOpened(part.index, "reasoning", text="".join(part.texts))

    def _next_index(self) -> int:
        self._parts += 1
        return self._parts - 1

    def _whole_characters(self, kind: str, text: str) -> str:
        """Return text without the first half of a character at its end, which is kept for the next delta."""
        text = self._halves.pop(kind, "") + text
        if "\ud800" <= text[-1] <= "\udbff":
            self._halves[kind] = text[-1]
            text = text[:-1]
        return _joined_halves(text)


def _joined_halves(text: str) -> str:
    if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _content_text(content: Any) -> str:
    """Return the text of a delta, which is a string or a list of typed parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        entries = cast("list[Any]", content)
        texts = (cast("dict[str, Any]", entry).get("text") for entry in entries if isinstance(entry, dict))
        return "".join(text for text in texts if isinstance(text, str))
    return ""


def _read_usage(chunk: dict[str, Any], usage: RequestUsage) -> None:
    """Take over the counts of tokens; the last ones count, because some servers send them with every chunk."""
    counts: Any = chunk.get("usage")
    if not isinstance(counts, dict):
        return
    fields = cast("dict[str, Any]", counts)
    for name, field_name in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")):
        if isinstance(value := fields.get(name), int | float):
            setattr(usage, field_name, max(0, int(value)))
    details: Any = fields.get("prompt_tokens_details")
    if isinstance(details, dict) and isinstance(cached := cast("dict[str, Any]", details).get("cached_tokens"), int):
        usage.cache_read_tokens = max(0, cached)


def _joined(pieces: list[ResponsePiece]) -> list[ResponsePiece]:
    """Return pieces with neighbouring texts of one part joined."""
    if len(pieces) < 2:
        return pieces
    joined: list[ResponsePiece] = []
    texts: list[str] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, PartText) and isinstance(last, PartText) and last.index == piece.index:
            texts.append(piece.text)
            continue
        _end_run(joined, texts)
        joined.append(piece)
        texts = [piece.text] if isinstance(piece, PartText) else []
    _end_run(joined, texts)
    return joined


def _end_run(joined: list[ResponsePiece], texts: list[str]) -> None:
    if len(texts) > 1:
        last = joined[-1]
        joined[-1] = PartText(last.index, "".join(texts))
