"""Generates a session's title with a model after the first exchange."""

from __future__ import annotations

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

from chat_app.domain.messages import Message
from chat_app.domain.parts import Part, text_of
from chat_app.domain.titles import title_from_answer

MAX_EXCERPT_LENGTH = 600
"""Characters of the question and of the answer that the model reads: a title is about how a conversation begins."""
TITLE_TOKENS = 24
"""Tokens of a title, enough in every script."""
REASONED_TITLE_TOKENS = 1_000
"""Tokens of a title whose model used up the first ones for its thoughts."""

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
        response = await _ask(model, conversation, tokens=TITLE_TOKENS)
        if not response.text and response.finish_reason == "length":
            response = await _ask(model, conversation, tokens=REASONED_TITLE_TOKENS)
    except Exception:
        return None
    return title_from_answer(response.text or "")


async def _ask(model: Model, conversation: list[ModelMessage], *, tokens: int) -> ModelResponse:
    return await model.request(
        conversation, ModelSettings(max_tokens=tokens, temperature=0.0), ModelRequestParameters()
    )
