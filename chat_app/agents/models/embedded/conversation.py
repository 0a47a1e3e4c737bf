"""Converts an agent run's messages to a plain conversation that a small model can follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import (
    CachePoint,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextContent,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)

from chat_app.agents.models.embedded.prompts import PromptMessage


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A conversation as text."""

    messages: tuple[PromptMessage, ...]
    """The system message first, if there is one."""
    question: str
    """The user's last message."""
    answered_by: frozenset[str]
    """Tools that have returned a result since then."""


def read_conversation(messages: Iterable[ModelMessage], *, instructions: Sequence[str]) -> Conversation:
    """Return messages as a conversation in text.

    Tool calls and results become a note below the user's message. With the format that the models were trained with,
    they answer with another call instead of with text, whatever the result.

    Args:
        messages: Messages that the agent library prepared for this model.
        instructions: The agent's instructions, which come first.

    Raises:
        UserError: A message has content that is not text.
    """
    reader = _Reader(list(instructions))
    for message in messages:
        if isinstance(message, ModelResponse):
            reader.read_response(message)
        else:
            reader.read_request(message)
    return reader.conversation()


class _Reader:
    def __init__(self, system: list[str]) -> None:
        self._system = system
        self._messages: list[PromptMessage] = []
        self._calls: dict[str, ToolCallPart] = {}
        self._question = ""
        self._answered_by: set[str] = set()

    def read_request(self, message: ModelRequest) -> None:
        for part in message.parts:
            match part:
                case SystemPromptPart(content=text):
                    self._system.append(text)
                case UserPromptPart():
                    text = _text_of(part.content)
                    self._question = text
                    self._answered_by.clear()
                    self._add("user", text)
                case ToolReturnPart():
                    self._note_result(part)
                case _:
                    raise UserError(f"The embedded model can't read a {part.part_kind} part.")

    def read_response(self, message: ModelResponse) -> None:
        for part in message.parts:
            if isinstance(part, TextPart) and part.content:
                self._add("assistant", part.content)
            elif isinstance(part, ToolCallPart):
                self._calls[part.tool_call_id] = part

    def conversation(self) -> Conversation:
        system = [PromptMessage(role="system", text="\n\n".join(self._system))] if self._system else []
        return Conversation(
            messages=(*system, *self._messages), question=self._question, answered_by=frozenset(self._answered_by)
        )

    def _note_result(self, part: ToolReturnPart) -> None:
        if part.outcome == "success":
            self._answered_by.add(part.tool_name)
        call = self._calls.get(part.tool_call_id)
        arguments = call.args_as_json_str() if call else "{}"
        note = (
            f'<tool_result tool="{part.tool_name}" arguments={arguments}>\n{part.model_response_str()}\n</tool_result>'
        )
        self._add("user", note)

    def _add(self, role: str, text: str) -> None:
        # Adjacent messages of one role are merged, because the models were trained with roles that alternate.
        if self._messages and self._messages[-1].role == role:
            text = f"{self._messages.pop().text}\n\n{text}"
        self._messages.append(PromptMessage(role="user" if role == "user" else "assistant", text=text))


def _text_of(content: str | Sequence[UserContent]) -> str:
    if isinstance(content, str):
        return content
    texts: list[str] = []
    for item in content:
        if isinstance(item, str):
            texts.append(item)
        elif isinstance(item, TextContent):
            texts.append(item.content)
        elif not isinstance(item, CachePoint):
            raise UserError("The embedded model reads text only. Leave the file out, or choose another model.")
    return "\n\n".join(texts)
