"""An agent's tools as durable steps: each call is recorded before its result is used, and shown when it settles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
    """What is recorded of a tool call."""

    output: str
    is_error: bool
    duration: float
    """Seconds."""


Settle = Callable[[str, CallRecord], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class TurnDeps:
    """What a tool may know of the turn that calls it."""

    turn_id: str
    session_id: str


@dataclass
class DurableToolset(WrapperToolset[TurnDeps]):
    """Runs each call of the wrapped toolset as one recorded step.

    A call that a crash cut in its middle runs again; `(turn id, call id)` is the same then, and a tool with an effect
    outside can use it as an idempotency key.

    Args:
        wrapped: The tools.
        live: The turn, which a stop interrupts.
        settle: Awaited with each call's id and record; after a restart also for calls that were recorded before.
    """

    live: LiveTurn
    settle: Settle

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[TurnDeps], tool: ToolsetTool[TurnDeps]
    ) -> Any:
        """Run the tool, or return what it answered before a restart."""

        async def run() -> CallRecord:
            began = monotonic()
            try:
                async with stoppable(self.live):
                    output = await self.wrapped.call_tool(name, tool_args, ctx, tool)
            except TurnStopped:
                raise
            except (ModelRetry, ChatAppError) as error:
                return _record(str(error), began=began, is_error=True)
            except Exception as error:
                return _record(f"The tool failed: {type(error).__name__}.", began=began, is_error=True)
            return _record(str(output), began=began, is_error=False)

        record: CallRecord = await DBOS.run_step_async({"name": f"tool.{name}"}, run)
        assert ctx.tool_call_id is not None
        await self.settle(ctx.tool_call_id, record)
        # An error goes to the model as what the call gave: it can say so, or try something else.
        return record["output"]


def _record(output: str, *, began: float, is_error: bool) -> CallRecord:
    return {"output": storable(output), "is_error": is_error, "duration": round(monotonic() - began, 3)}
