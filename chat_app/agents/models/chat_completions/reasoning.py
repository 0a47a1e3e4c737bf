"""The reasoning of servers that send it in a field of its own: read from deltas, and sent back in the same field."""

from __future__ import annotations

from typing import Any, cast

from pydantic_ai.messages import ThinkingPart

_TEXT_FIELDS = ("reasoning_content", "reasoning")
"""DeepSeek, Kimi, vLLM and llama.cpp use the first, OpenRouter, Ollama and newer vLLM the second."""
DETAILS_FIELD = "reasoning_details"
"""OpenRouter's list of typed pieces, with signatures or encrypted text; it must be sent back unchanged."""
FIELD_KEY = "field"
"""Key, in the details of a `ThinkingPart`, of the field that the reasoning came in."""
DETAILS_KEY = "details"
"""Key, in the details of a `ThinkingPart`, of the list of typed pieces."""
MAX_DETAILS = 1_000
"""Typed pieces of one response; text is joined, so there are few."""


class ReasoningFields:
    """Reads the reasoning of one response. The same text in several fields is read once."""

    def __init__(self) -> None:
        self.field: str | None = None
        """The field that the first text came in; only this one is read."""
        self.details: list[dict[str, Any]] = []

    def read(self, delta: dict[str, Any]) -> str:
        """Return the reasoning text of a delta."""
        if isinstance(details := delta.get(DETAILS_FIELD), list):
            self._add_details(cast("list[Any]", details))
        if self.field is not None:
            return _text(delta, self.field)
        for name in (*_TEXT_FIELDS, DETAILS_FIELD):
            if text := _text(delta, name):
                self.field = name
                return text
        return ""

    def _add_details(self, details: list[Any]) -> None:
        for entry in details:
            if not isinstance(entry, dict):
                continue
            detail = cast("dict[str, Any]", entry)
            last = self.details[-1] if self.details else None
            if last is not None and _continues(last, detail):
                for key, value in detail.items():
                    known = last.get(key)
                    joins = key in ("text", "summary") and isinstance(known, str) and isinstance(value, str)
                    last[key] = f"{known}{value}" if joins else (value if value is not None else known)
            elif len(self.details) < MAX_DETAILS:
                self.details.append(dict(detail))


def thinking_part(text: str, fields: ReasoningFields, *, provider: str) -> ThinkingPart:
    """Return reasoning with what its server expects back."""
    if fields.field is None and not fields.details:
        # It was written between tags; templates remove it from the history themselves.
        return ThinkingPart(content=text)
    details: dict[str, Any] = {FIELD_KEY: fields.field or DETAILS_FIELD}
    if fields.details:
        details[DETAILS_KEY] = fields.details
    return ThinkingPart(content=text, provider_name=provider, provider_details=details)


def message_fields(part: ThinkingPart, *, provider: str) -> dict[str, Any]:
    """Return the fields of an assistant message that send reasoning back; none for another server's reasoning."""
    details = part.provider_details or {}
    name = details.get(FIELD_KEY)
    if part.provider_name != provider or not isinstance(name, str):
        return {}
    fields: dict[str, Any] = {}
    if name in _TEXT_FIELDS and part.content:
        fields[name] = part.content
    if pieces := details.get(DETAILS_KEY):
        fields[DETAILS_FIELD] = pieces
    return fields


def _continues(last: dict[str, Any], detail: dict[str, Any]) -> bool:
    return (last.get("type"), last.get("index"), last.get("id")) == (
        detail.get("type"),
        detail.get("index"),
        detail.get("id", last.get("id")),
    )


def _text(delta: dict[str, Any], name: str) -> str:
    value: Any = delta.get(name)
    if name != DETAILS_FIELD:
        return value if isinstance(value, str) else ""
    entries = cast("list[Any]", value) if isinstance(value, list) else []
    texts = (
        cast("dict[str, Any]", entry).get("text") or cast("dict[str, Any]", entry).get("summary")
        for entry in entries
        if isinstance(entry, dict)
    )
    return "".join(text for text in texts if isinstance(text, str))
