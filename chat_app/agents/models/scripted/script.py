"""The script of a `ScriptedModel`: what it answers, when it waits, how it fails.

As a JSON file:

    {
      "tokens_per_second": 50,          how fast text and reasoning stream; as fast as possible when left out
      "vary": false,                    give every word a mark of its try, so that two tries never read the same
      "steps": [
        {
          "on": {                       the step answers a model call that fits all of these
            "call": 1,                  the number of the call since the person's last message, from 1
            "text": "weather",          words in the person's last message
            "instructions": "Name the"  words in the instructions or the system prompt
          },
          "times": 1,                   how many calls it answers; null for any number
          "finish": "stop",             or "length", "content_filter", "tool_call", "error"
          "chunks": [
            {"reasoning": "Let me see."},
            {"text": "It is "},
            {"delay": 0.5},             seconds in which nothing comes
            {"mark": "half"},           the file `half` is created beside the script
            {"wait": "go-on"},          nothing comes until a file `go-on` lies beside the script
            {"tool": "clock", "arguments": {"timezone": "UTC"}, "id": "call-1"},
            {"error": {"status": 429, "message": "slow down", "retry_after": 2}}
          ]
        }
      ]
    }

`error` is an HTTP answer of the provider (`status`, and `code` for its own word), or one of `"kind": "connection"`,
`"timeout"` and `"crash"`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_ai.exceptions import (
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelServerError,
    ModelTimeoutError,
)

Seconds = Annotated[float, Field(ge=0)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Value):
    """Text of the answer."""

    text: str


class Reasoning(_Value):
    """Reasoning before the answer."""

    reasoning: str


class Call(_Value):
    """A tool call."""

    tool: str
    arguments: dict[str, Any] = {}
    id: str | None = None


class Delay(_Value):
    """A pause."""

    delay: Seconds


class Mark(_Value):
    """A signal that the script has reached this point."""

    mark: str


class Wait(_Value):
    """A pause until a gate is opened."""

    wait: str


class Fault(_Value):
    """A failure of the provider, of the connection to it, or of the model's code."""

    status: int | None = None
    kind: Literal["connection", "timeout", "crash"] | None = None
    code: str | None = None
    message: str = "scripted failure"
    retry_after: Seconds | None = None

    def as_error(self, model_name: str) -> Exception:
        """Return the error that the agent library would raise."""
        if self.status is not None:
            return ModelHTTPError.for_category(
                ModelContextWindowExceededError
                if self.code == "context_length_exceeded"
                else _CATEGORIES.get(self.status, ModelServerError if self.status >= 500 else None),
                status_code=self.status,
                model_name=model_name,
                body={"message": self.message},
                provider_error_code=self.code,
                retry_after=self.retry_after,
            )
        if self.kind == "connection":
            return ModelConnectionError(model_name, self.message, phase="connect")
        if self.kind == "timeout":
            return ModelTimeoutError(model_name, self.message, phase="read")
        return RuntimeError(self.message)


class Fail(_Value):
    """Ends the answer with a failure."""

    error: Fault


Chunk = Text | Reasoning | Call | Delay | Mark | Wait | Fail


class Condition(_Value):
    """The condition under which a step answers a call; a field that is None fits every call."""

    call: int | None = None
    text: str | None = None
    instructions: str | None = None

    def fits(self, *, call: int, text: str, instructions: str) -> bool:
        """Return whether a call fits."""
        return (
            (self.call is None or self.call == call)
            and (self.text is None or self.text in text)
            and (self.instructions is None or self.instructions in instructions)
        )


class Step(_Value):
    """One answer."""

    on: Condition = Condition()
    times: int | None = 1
    finish: Literal["stop", "length", "content_filter", "tool_call", "error"] = "stop"
    chunks: tuple[Chunk, ...] = ()


class Script(_Value):
    """All answers of a model; the first that fits is used."""

    steps: tuple[Step, ...]
    tokens_per_second: Annotated[float, Field(gt=0)] | None = None
    vary: bool = False


def read_script(path: Path) -> Script:
    """Read a script.

    Raises:
        OSError: The file can't be read.
        ValueError: It is not a valid script.
    """
    return Script.model_validate_json(path.read_bytes())


_CATEGORIES = {
    400: ModelRequestRejectedError,
    401: ModelAuthenticationError,
    403: ModelAuthenticationError,
    404: ModelNotFoundError,
    422: ModelRequestRejectedError,
    429: ModelRateLimitError,
    503: ModelOverloadedError,
    529: ModelOverloadedError,
}
