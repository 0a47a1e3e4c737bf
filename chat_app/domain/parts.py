"""Parts: the typed pieces that a message consists of.

A part's id is unique in its message. Parts of an assistant message are named `<step>.<index>`, so a repeated step
overwrites only its own parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    provider_metadata: dict[str, JsonValue] | None = None
    """Opaque values that a provider expects back with the part, e.g. a reasoning signature."""


class TextPart(_Part):
    """Markdown written by a person or a model."""

    type: Literal["text"] = "text"
    text: str


class ReasoningPart(_Part):
    """A model's reasoning before its answer."""

    type: Literal["reasoning"] = "reasoning"
    text: str
    duration: float | None = None
    """Seconds from its first to its last token."""


class ToolCallPart(_Part):
    """A model's request to run a tool."""

    type: Literal["tool_call"] = "tool_call"
    call_id: str
    name: str
    arguments: dict[str, JsonValue]
    parent_call_id: str | None = None


class ToolResultPart(_Part):
    """The result of a tool call; `output` is the text that the model received."""

    type: Literal["tool_result"] = "tool_result"
    call_id: str
    output: str
    is_error: bool = False
    duration: float | None = None
    """Seconds that the call took."""


class FilePart(_Part):
    """An attached file."""

    type: Literal["file"] = "file"
    attachment_id: str


class ErrorPart(_Part):
    """An error that ended a turn, explained for a person."""

    type: Literal["error"] = "error"
    code: str
    text: str
    details: dict[str, JsonValue] = Field(default_factory=dict)


Part = Annotated[
    TextPart | ReasoningPart | ToolCallPart | ToolResultPart | FilePart | ErrorPart, Field(discriminator="type")
]

_parts_adapter: TypeAdapter[list[Part]] = TypeAdapter(list[Part])


def text_parts(*texts: str) -> tuple[TextPart, ...]:
    """Return texts as the parts of a person's message, one part each."""
    return tuple(TextPart(id=f"0.{index}", text=text) for index, text in enumerate(texts))


def dump_parts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return parts as JSON-serializable objects, the form in which they are stored and sent."""
    return [part.model_dump(mode="json", exclude_none=True) for part in parts]


def load_parts(raw: list[dict[str, Any]]) -> tuple[Part, ...]:
    """Return the parts that `dump_parts` made these objects from."""
    return tuple(_parts_adapter.validate_python(raw))


def text_of(parts: Iterable[Part]) -> str:
    """Return the text of all text parts, separated by blank lines."""
    return "\n\n".join(part.text for part in parts if isinstance(part, TextPart) and part.text)


def part_order(part_id: str) -> tuple[int, ...]:
    """Return the sort key of a part id: by step, then by index."""
    return tuple(int(number) for number in part_id.split("."))


def put_part(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    """Return the parts with one added in order; it replaces a part with the same id."""
    others = [other for other in parts if other.id != part.id]
    return tuple(sorted([*others, part], key=lambda other: part_order(other.id)))
