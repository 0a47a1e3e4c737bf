"""Parts: what a message is made of, as pure values.

A part's id is unique in its message. Parts of an assistant message are named `<step>.<index>`, so that a
step that runs again overwrites its own parts and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    provider_metadata: dict[str, JsonValue] | None = None
    """Opaque values that a provider wants back with the part, e.g. a reasoning signature."""


class TextPart(_Part):
    """Markdown that a person or a model wrote."""

    type: Literal["text"] = "text"
    text: str


class ReasoningPart(_Part):
    """What a model thought before it answered."""

    type: Literal["reasoning"] = "reasoning"
    text: str
    duration: float | None = None
    """Seconds from its first to its last token."""


class ToolCallPart(_Part):
    """A model's wish to run a tool."""

    type: Literal["tool_call"] = "tool_call"
    call_id: str
    name: str
    arguments: dict[str, JsonValue]
    parent_call_id: str | None = None


class ToolResultPart(_Part):
    """What a tool answered; `output` is the text that the model got."""

    type: Literal["tool_result"] = "tool_result"
    call_id: str
    output: str
    is_error: bool = False
    duration: float | None = None
    """Seconds that the call took."""


class FilePart(_Part):
    """A file that belongs to the message."""

    type: Literal["file"] = "file"
    attachment_id: str


class ErrorPart(_Part):
    """What went wrong in a turn, in words for a person."""

    type: Literal["error"] = "error"
    code: str
    text: str
    details: dict[str, JsonValue] = Field(default_factory=dict)


Part = Annotated[
    TextPart | ReasoningPart | ToolCallPart | ToolResultPart | FilePart | ErrorPart, Field(discriminator="type")
]

_parts_adapter: TypeAdapter[list[Part]] = TypeAdapter(list[Part])


def dump_parts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return parts as JSON-serializable objects, the form in which they are stored and sent."""
    return [part.model_dump(mode="json", exclude_none=True) for part in parts]


def load_parts(raw: list[dict[str, Any]]) -> tuple[Part, ...]:
    """Return the parts that `dump_parts` made the objects from."""
    return tuple(_parts_adapter.validate_python(raw))


def text_of(parts: Iterable[Part]) -> str:
    """Return the text of all text parts, a blank line between two of them."""
    return "\n\n".join(part.text for part in parts if isinstance(part, TextPart) and part.text)


def part_order(part_id: str) -> tuple[int, ...]:
    """Return the sort key of a part id: by step, then by index."""
    return tuple(int(number) for number in part_id.split("."))


def put_part(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    """Return the parts with this one in its place, replacing an earlier one of the same id."""
    others = [other for other in parts if other.id != part.id]
    return tuple(sorted([*others, part], key=lambda each: part_order(each.id)))
