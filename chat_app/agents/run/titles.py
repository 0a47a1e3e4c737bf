"""Generates a session's title with a model after the first exchange."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from chat_app.domain.invisible import remove_invisible
from chat_app.domain.messages import Message
from chat_app.domain.parts import Part, text_of
from chat_app.domain.text import storable

MAX_TITLE_LENGTH = 60
"""Characters of a generated title: one line of the sidebar."""
MAX_EXCERPT_LENGTH = 600
"""Characters of the question and of the answer that the model reads: a title is about how a conversation begins."""
MAX_TITLE_WORDS = 8
"""Words of a title. A model that writes more has begun to answer, and then the question's first words are better."""

_INSTRUCTIONS = (
    "Name the topic of a conversation in two to five words, in its own language. "
    "Answer with the words alone: no quotation marks, no full stop, no explanation."
)
_EXAMPLE_EXCHANGE = (
    "Person: Our checkout test fails one run in ten, can you find out why?\n\n"
    "Agent: The test compares a time that is rounded up with one that is rounded down."
)
_EXAMPLE_TITLE = "Flaky checkout test"
"""Small models follow an example better than instructions."""


async def generate_title(model: Model, *, question: Message, parts: Sequence[Part]) -> str | None:
    """Ask the model for a title; return None when it gives no usable one.

    Args:
        model: The model of the turn.
        question: The message that opened the conversation.
        parts: The parts of the answer.
    """
    exchange = f"Person: {question.content[:MAX_EXCERPT_LENGTH]}\n\nAgent: {text_of(parts)[:MAX_EXCERPT_LENGTH]}"
    conversation: list[ModelMessage] = [
        ModelRequest(parts=[SystemPromptPart(content=_INSTRUCTIONS), UserPromptPart(content=_EXAMPLE_EXCHANGE)]),
        ModelResponse(parts=[TextPart(content=_EXAMPLE_TITLE)]),
        ModelRequest(parts=[UserPromptPart(content=exchange)]),
    ]
    try:
        response = await model.request(
            conversation, ModelSettings(max_tokens=24, temperature=0.0), ModelRequestParameters()
        )
    except Exception:
        return None
    return clean_title(response.text or "")


def clean_title(text: str) -> str | None:
    """Return the first line of a model's answer as a title, or None when it is empty or too long."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return None
    title = re.sub(r"^(title|topic)\s*:\s*", "", lines[0], flags=re.IGNORECASE)
    title = remove_invisible(storable(title.replace("\x00", ""))).strip(" \"'`*#_.“”«»")
    if len(title) > MAX_TITLE_LENGTH or len(title.split()) > MAX_TITLE_WORDS:
        return None
    return title or None
