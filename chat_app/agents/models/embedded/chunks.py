"""Parses the engine's callbacks into typed values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, ValidationError

_CONTEXT_ERROR = "exceed_context_size_error"


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """One callback: a piece of an answer, or progress."""

    text: str = ""
    """Complete characters; the engine holds a character back until it has its last byte."""
    logprob: float | None = None
    """Natural logarithm of the first token's probability before constraints, if requested."""
    finish_reason: str | None = None
    """`stop` or `length`, in the last chunk."""
    prompt_tokens: int | None = None
    """Tokens of the prompt, as soon as they are known."""
    cached_tokens: int | None = None
    """Tokens of the prompt that are in the engine's cache."""
    completion_tokens: int | None = None
    """Tokens of the answer, in the last chunk."""


class EngineError(Exception):
    """The engine rejected a request.

    Args:
        message: The engine's message.
        prompt_tokens: Tokens of the prompt, when it is too long.
        context: Tokens of the context, when the prompt is too long.
    """

    def __init__(self, message: str, *, prompt_tokens: int | None = None, context: int | None = None) -> None:
        super().__init__(message)
        self.prompt_tokens = prompt_tokens
        self.context = context


class _Token(BaseModel):
    logprob: float


class _Logprobs(BaseModel):
    content: list[_Token] = Field(default_factory=list[_Token])


class _Choice(BaseModel):
    text: str = ""
    logprobs: _Logprobs | None = None
    finish_reason: str | None = None


class _Progress(BaseModel):
    total: int
    cache: int


class _Details(BaseModel):
    cached_tokens: int = 0


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _Details = Field(default_factory=_Details)


class _Error(BaseModel):
    message: str = ""
    type: str = ""
    n_prompt_tokens: int | None = None
    n_ctx: int | None = None


class _Answer(BaseModel):
    choices: list[_Choice] = Field(default_factory=list[_Choice])
    usage: _Usage | None = None
    prompt_progress: _Progress | None = None
    error: _Error | None = None


def read_chunk(raw: dict[str, Any]) -> Chunk | None:
    """Return a callback of the engine as a chunk, or None when it has nothing new.

    Raises:
        EngineError: It is an error, or can't be parsed.
    """
    try:
        answer = _Answer.model_validate(raw)
    except ValidationError:
        raise EngineError("The engine sent an invalid response.") from None
    if answer.error is not None:
        overflow = answer.error.type == _CONTEXT_ERROR
        raise EngineError(
            answer.error.message,
            prompt_tokens=answer.error.n_prompt_tokens if overflow else None,
            context=answer.error.n_ctx if overflow else None,
        )
    if answer.prompt_progress is not None:
        progress = answer.prompt_progress
        return Chunk(prompt_tokens=progress.total, cached_tokens=progress.cache)
    if not answer.choices:
        return None
    choice = answer.choices[0]
    tokens = choice.logprobs.content if choice.logprobs else []
    return Chunk(
        text=choice.text,
        logprob=tokens[0].logprob if tokens else None,
        finish_reason=choice.finish_reason,
        prompt_tokens=answer.usage.prompt_tokens if answer.usage else None,
        cached_tokens=answer.usage.prompt_tokens_details.cached_tokens if answer.usage else None,
        completion_tokens=answer.usage.completion_tokens if answer.usage else None,
    )
