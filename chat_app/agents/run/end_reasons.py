"""Why a model's answer may be incomplete."""

from __future__ import annotations

from pydantic_ai.messages import ModelResponse, TextPart, ThinkingPart

from chat_app.domain.turn_errors import TurnErrorCode, TurnFailure
from chat_app.domain.turns import EndReason

ENDED_EARLY = "ended_early"
"""Key in a response's provider details: the connection ended before the response did."""

NO_ANSWER = TurnFailure(
    code=TurnErrorCode.NO_OUTPUT,
    text="The model returned no answer. Try again, or try another model.",
    retryable=True,
)


def end_reason(response: ModelResponse) -> EndReason | None:
    """Return why the last response of a turn may be incomplete, or None.

    Raises:
        TurnError: The response is empty.
    """
    if (response.provider_details or {}).get(ENDED_EARLY):
        return EndReason.CONNECTION
    if response.finish_reason == "length":
        return EndReason.LENGTH
    if response.finish_reason == "content_filter":
        return EndReason.CONTENT_FILTER
    if any(isinstance(part, TextPart) and part.content.strip() for part in response.parts):
        return None
    if any(isinstance(part, ThinkingPart) and part.content.strip() for part in response.parts):
        return EndReason.REASONING_ONLY
    raise NO_ANSWER.as_error()
