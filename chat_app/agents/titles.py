"""A session's title, asked of a model after the first exchange."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic_ai.messages import ModelRequest, SystemPromptPart, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from chat_app.domain.chat import Message
from chat_app.domain.parts import Part, text_of

TITLE_LENGTH = 60
"""Characters that a title asked of a model keeps: one line of the sidebar."""
EXCERPT_LENGTH = 600
"""Characters of each side that the model reads: a title is about how a conversation begins."""

_ASK = (
    "Name the topic of the conversation below in two to six words, in its own language. "
    "Answer with the words alone: no quotation marks, no full stop, no explanation."
)


async def title_for(model: Model, *, question: Message, parts: Sequence[Part]) -> str | None:
    """Ask the model for a title; None when it gives none that can be used.

    Args:
        model: The model of the turn.
        question: The message that opened the conversation.
        parts: The parts of the answer.
    """
    exchange = f"Person: {question.content[:EXCERPT_LENGTH]}\n\nAgent: {text_of(parts)[:EXCERPT_LENGTH]}"
    request = ModelRequest(parts=[SystemPromptPart(content=_ASK), UserPromptPart(content=exchange)])
    try:
        response = await model.request(
            [request], ModelSettings(max_tokens=24, temperature=0.0), ModelRequestParameters()
        )
    except Exception:
        return None
    return clean_title(response.text or "")


def clean_title(text: str) -> str | None:
    """Return the first line of a model's answer as a title, or None when nothing is left of it."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return None
    title = re.sub(r"^(title|topic)\s*:\s*", "", lines[0], flags=re.IGNORECASE)
    title = re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", title).strip(" \t\"'`*#_.“”«»")
    if len(title) > TITLE_LENGTH:
        title = title[:TITLE_LENGTH].rsplit(" ", 1)[0]
    return title or None
