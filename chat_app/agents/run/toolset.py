"""Runs an agent's tool calls as durable steps: a result is recorded by DBOS before it is used or shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypedDict

from dbos import DBOS
from pydantic_ai import RunContext
from pydantic_ai.exceptions import ModelRetry
from pydantic_ai.toolsets import ToolsetTool, WrapperToolset

from chat_app.agents.run.live import LiveTurn
from chat_app.agents.run.streaming_model import TurnStopped, stoppable
from chat_app.domain.errors import ChatAppError
from chat_app.domain.text import storable


class CallRecord(TypedDict):
    """What DBOS stores of a tool call; its fields must not change while stored turns may have to be resumed."""

    output: str
    is_error: bool
    duration: float
    """Seconds."""


SettleCall = Callable[[str, CallRecord], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class TurnDeps:
    """What a tool can read about the turn that calls it."""

    turn_id: str
    session_id: str


@dataclass
class DurableToolset(WrapperToolset[TurnDeps]):
    """Runs each call of the wrapped toolset as one recorded step.

    A call that a crash interrupted runs again with the same `(turn id, call id)`, which a tool that is not idempotent
    must use as an idempotency key.

    Args:
        wrapped: The tools.
        live: The turn; stopping it interrupts a call.
        idempotent: Names of the tools whose calls may run twice without a second effect.
        settle: Awaited with each call's id and record; after a restart also for calls that were recorded before.
    """

    live: LiveTurn
    idempotent: Collection[str]
    settle: SettleCall

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[TurnDeps], tool: ToolsetTool[TurnDeps]
    ) -> Any:
        """Run the tool, or return the result that was recorded before a restart."""

        async def run() -> CallRecord:
            started_at = monotonic()
            try:
                async with stoppable(self.live):
                    output = await self.wrapped.call_tool(name, tool_args, ctx, tool)
            except TurnStopped:
                raise
            except (ModelRetry, ChatAppError) as error:
                return _record(str(error), started_at=started_at, is_error=True)
            except Exception as error:
                return _record(self._failure(name, error), started_at=started_at, is_error=True)
            return _record(str(output), started_at=started_at, is_error=False)

        record: CallRecord = await DBOS.run_step_async({"name": f"tool.{name}"}, run)
        assert ctx.tool_call_id is not None
        await self.settle(ctx.tool_call_id, record)
        # An error is returned to the model like a result: it can report it, or try something else.
        return record["output"]

    def _failure(self, name: str, error: Exception) -> str:
        text = f"The tool failed: {type(error).__name__}."
        if name in self.idempotent:
            return text
        return f"{text} It may have had its effect before that, so don't repeat the call without checking."


def _record(output: str, *, started_at: float, is_error: bool) -> CallRecord:
    return {"output": storable(output), "is_error": is_error, "duration": round(monotonic() - started_at, 3)}
