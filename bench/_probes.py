"""Instruments a benchmark's server: points at which it can be paused, a tool, and a log of model calls.

It uses hooks and public names of the application, and only in the benchmark's own server process.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, UserPromptPart
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from chat_app.agents.catalog import registry
from chat_app.agents.models.scripted.model import ScriptedModel
from chat_app.agents.run import runner, turn_execution
from chat_app.agents.run.toolset import TurnDeps
from chat_app.agents.tools.spec import ToolSpec
from chat_app.services.turns.recorder import DatabaseTurnRecorder

PAUSE_FILE = "pause"
"""Contains the point at which to pause, for example `settle.commit 2` for the second time that it is reached."""
PAUSED_FILE = "paused"
"""Created when the server is paused."""
CALLS_FILE = "calls.jsonl"
"""One line for each model call: the person's message and the number of the call after it."""
EFFECTS_FILE = "effects.jsonl"
"""One line for each execution of the tool: what it recorded, and the idempotency key of the call."""

AT_SEND = "send.commit"
AT_START = "turn.start"
AT_EFFECT = "tool.effect"
AT_SETTLE = ("settle.before", "settle.commit", "settle.after")
AT_END = ("complete.before", "complete.commit", "complete.after")


class Probes:
    """The instrumentation of one server process.

    Args:
        folder: The data folder, which contains the files above.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: Counter[str] = Counter()

    def install(self) -> None:
        """Install everything; call it before the application starts."""
        for module in (registry, turn_execution):
            setattr(module, "TOOLS", {**module.TOOLS, "record": self._tool()})  # noqa: B010 - a module is not typed for it
        event.listen(Engine, "before_cursor_execute", _note_statement)
        event.listen(Engine, "commit", self._on_commit)
        event.listen(Engine, "rollback", _forget_statements)
        _patch(runner.TurnRunner, start=self._around(runner.TurnRunner.start, before=AT_START))
        _patch(
            DatabaseTurnRecorder,
            settle=self._around(DatabaseTurnRecorder.settle, before=AT_SETTLE[0], after=AT_SETTLE[2]),
        )
        _patch(
            DatabaseTurnRecorder,
            complete=self._around(DatabaseTurnRecorder.complete, before=AT_END[0], after=AT_END[2]),
        )
        ScriptedModel.request_stream = self._logged(ScriptedModel.request_stream)

    def reach(self, place: str) -> None:
        """Pause the whole process forever if this is the requested point."""
        pause = self._folder / PAUSE_FILE
        if not pause.exists():
            return
        self._seen[place] += 1
        if pause.read_text(encoding="utf-8") == f"{place} {self._seen[place]}":
            (self._folder / PAUSED_FILE).touch()
            while True:
                time.sleep(60)

    def _tool(self) -> ToolSpec:
        async def record(ctx: RunContext[TurnDeps], note: str) -> str:
            """Record a note.

            Args:
                ctx: The call.
                note: What to write.
            """
            self._append(EFFECTS_FILE, {"note": note, "key": f"{ctx.deps.turn_id} {ctx.tool_call_id}"})
            self.reach(AT_EFFECT)
            return f"Wrote: {note}"

        return ToolSpec(
            function=record, title="Wrote", running_title="Writing", subject="note", icon="pen", idempotent=False
        )

    def _on_commit(self, connection: Connection) -> None:
        statements = "\n".join(connection.info.pop("statements", ()))
        if "INSERT INTO chat_message" in statements and "INSERT INTO turn" in statements:
            self.reach(AT_SEND)
        elif "UPDATE turn SET status" in statements and "arrived_seq" in statements:
            self.reach(AT_END[1])
        elif "INSERT INTO message_part" in statements and "INSERT INTO chat_message" not in statements:
            self.reach(AT_SETTLE[1])

    def _around(
        self, method: Callable[..., Awaitable[Any]], *, before: str, after: str | None = None
    ) -> Callable[..., Awaitable[Any]]:
        async def paused(*args: Any, **kwargs: Any) -> Any:
            self.reach(before)
            result = await method(*args, **kwargs)
            if after is not None:
                self.reach(after)
            return result

        return paused

    def _logged(self, request_stream: Callable[..., Any]) -> Callable[..., Any]:
        @asynccontextmanager
        async def logged(model: ScriptedModel, messages: list[ModelMessage], *args: Any) -> AsyncGenerator[Any]:
            question, call = _place_of(messages)
            self._append(CALLS_FILE, {"question": question, "call": call})
            async with request_stream(model, messages, *args) as stream:
                yield stream

        return logged

    def _append(self, name: str, line: dict[str, Any]) -> None:
        with (self._folder / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _note_statement(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    connection.info.setdefault("statements", []).append(statement)


def _forget_statements(connection: Connection) -> None:
    connection.info.pop("statements", None)


def _place_of(messages: Sequence[ModelMessage]) -> tuple[str, int]:
    """Return the person's last message and the number of the call after it, from 0."""
    question, call = "", 0
    for message in messages:
        if isinstance(message, ModelResponse):
            call += 1
        else:
            for part in message.parts:
                if isinstance(part, UserPromptPart):
                    question, call = str(part.content), 0
    return question, call


def _patch(target: type[object], **replaced: Any) -> None:
    """Replace methods of a class in this process, which belongs to the benchmark."""
    for name, method in replaced.items():
        setattr(target, name, method)
