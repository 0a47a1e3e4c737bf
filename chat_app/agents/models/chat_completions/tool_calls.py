"""Assembles tool calls from streamed deltas, in the dialects of different servers.

The protocol names a call by an index and gives its id and name once. Servers deviate: all calls have the index 0, or
none; ids are missing, empty or equal; the name is repeated with each delta or has a prefix; arguments are an object, or
JSON in a JSON string.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, cast

from pydantic_ai.messages import ToolCallPart

MAX_ARGUMENT_CHARACTERS = 2_000_000
"""Characters of one call's arguments: a large file. What follows is dropped, so that the call fails."""
MAX_CALLS = 128
"""Calls in one response, more than any server accepts in a request."""


@dataclass(eq=False)
class StreamedCall:
    """A tool call while its arguments arrive."""

    index: int | None
    """The index that the server gave it."""
    id: str
    """The id that the server gave it, or an empty string."""
    name: str
    arguments: list[str] = field(default_factory=list[str])
    length: int = 0
    """Characters of the arguments."""
    part_index: int | None = None
    """The index of the call's part in the response, once its name is known."""

    @property
    def text(self) -> str:
        """The arguments until now."""
        return "".join(self.arguments)


class ToolCallAssembler:
    """Collects the tool calls of one response.

    Args:
        tools: The names of the tools that the model may call.
        used_ids: The ids of earlier calls of the conversation.
    """

    def __init__(self, *, tools: Collection[str], used_ids: Collection[str]) -> None:
        self._tools = tools
        self._used_ids = set(used_ids)
        self.calls: list[StreamedCall] = []

    def feed(self, delta: Any) -> Iterator[StreamedCall]:
        """Add the tool calls of one delta; yield the calls whose names have become known.

        Args:
            delta: The value of `tool_calls`, as the server sent it.
        """
        for entry in _objects(delta):
            function: Any = entry.get("function")
            if not isinstance(function, Mapping):
                function = entry
            call = self._call_of(entry, cast("Mapping[str, Any]", function))
            if call is not None and call.name and call.part_index is None:
                yield call

    def _call_of(self, entry: Mapping[str, Any], function: Mapping[str, Any]) -> StreamedCall | None:
        index = entry.get("index")
        index = index if isinstance(index, int) else None
        call_id, name = _text(entry.get("id")), self._known_name(_text(function.get("name")))
        arguments = _arguments(function.get("arguments"))
        if self._repeats(call_id, name, arguments):
            return None
        call = self._find(index, call_id, name=name, arguments=arguments)
        if call is None:
            if len(self.calls) == MAX_CALLS or not (name or call_id):
                return None
            call = StreamedCall(index=index, id=call_id, name=name)
            self.calls.append(call)
        call.name = call.name or name
        call.id = call.id or call_id
        if arguments and call.length < MAX_ARGUMENT_CHARACTERS:
            call.arguments.append(arguments)
            call.length += len(arguments)
        return call

    def _repeats(self, call_id: str, name: str, arguments: str) -> bool:
        """Whether a delta repeats the whole last call, as some servers do at the end of a stream."""
        if not self.calls or not (call_id and name and arguments):
            return False
        last = self.calls[-1]
        return (last.id, last.name, last.text) == (call_id, name, arguments) and _is_object(arguments)

    def _find(self, index: int | None, call_id: str, *, name: str, arguments: str) -> StreamedCall | None:
        """Return the call that a delta continues, or None when it begins a new one."""
        candidates = [call for call in reversed(self.calls) if index is None or call.index == index]
        if call_id:
            candidates = [call for call in candidates if not call.id or call.id == call_id]
        if not candidates:
            return None
        call = candidates[0]
        if name and call.name and name != call.name:
            return None
        # Nothing but blank space may follow complete arguments: what does belongs to another call.
        return None if name and arguments.strip() and _is_object(call.text) else call

    def _known_name(self, name: str) -> str:
        """Return a tool's name without the prefix that some models put before it, e.g. `functions.`."""
        if not name or name in self._tools:
            return name
        return next((tool for tool in self._tools if name.endswith((f".{tool}", f":{tool}", f"/{tool}"))), name)

    def part(self, call: StreamedCall) -> ToolCallPart:
        """Return a call as a part of the response, with an id that no other call has."""
        call_id = call.id
        if not call_id or call_id in self._used_ids:
            call_id = f"call_{token_hex(12)}"
        self._used_ids.add(call_id)
        return ToolCallPart(tool_name=call.name, args=normalize_arguments(call.text), tool_call_id=call_id)

    def is_complete(self) -> bool:
        """Whether the arguments of the last call are a JSON object, or there is no call."""
        return not self.calls or not (text := self.calls[-1].text.strip()) or _is_object(text)


def normalize_arguments(text: str) -> str:
    """Return arguments as the JSON of an object, if they can be understood as one; otherwise as they are."""
    text = text.strip()
    if not text or text == "null":
        return "{}"
    if text.startswith('"'):
        try:
            inner = json.loads(text)
        except ValueError:
            return text
        if isinstance(inner, str) and _is_object(inner):
            return inner
    return text


def _objects(delta: Any) -> Iterator[Mapping[str, Any]]:
    entries = cast("list[Any]", delta) if isinstance(delta, list) else [delta]
    for entry in entries:
        if isinstance(entry, Mapping):
            yield cast("Mapping[str, Any]", entry)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _arguments(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_object(text: str) -> bool:
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")):
        return False
    try:
        return isinstance(json.loads(stripped), dict)
    except (ValueError, RecursionError):
        return False
