"""Runs turns: one DBOS workflow each, whose id is the turn's, so that starting one twice is harmless.

What is durable here: a model's response and a tool's result, each recorded by DBOS before anything depends on it. After
a crash the workflow runs again, takes what is recorded, and writes to the turn recorder what a crash kept from it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID
from pydantic_ai import Agent as ModelAgent
from pydantic_ai import ModelRequestNode
from pydantic_ai.durable_exec.dbos import DBOSDurability
from pydantic_ai.messages import ModelResponse, ToolReturnPart
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import RunUsage, UsageLimits

from chat_app.agents.run.durable_json import DurableJson
from chat_app.agents.run.errors import describe_failure
from chat_app.agents.run.history import model_messages, prompt_text, response_parts, result_id
from chat_app.agents.run.live import LiveTurns
from chat_app.agents.run.ports import StoredKey, TurnInput, TurnRecorder
from chat_app.agents.run.streaming_model import RetryPolicy, StreamingModel, TurnStopped
from chat_app.agents.run.titles import generate_title
from chat_app.agents.run.toolset import CallRecord, DurableToolset, TurnDeps
from chat_app.agents.tools import TOOLS
from chat_app.domain.agents import Agent
from chat_app.domain.parts import ErrorPart, Part, ToolCallPart, ToolResultPart
from chat_app.domain.text import storable
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turns import Usage

logger = logging.getLogger(__name__)

WORKFLOW_VERSION = "1"
"""Raised by hand when the recorded steps of a turn change their meaning: turns of another version are not resumed by
replay, because their records would be read wrongly."""

BuildModel = Callable[[Agent, str, StoredKey], Model]
"""Makes the model of an agent, given the model id of the turn and the keys of its workspace."""


@dataclass(frozen=True, kw_only=True)
class RunnerConfig:
    """What the runner is made of."""

    system_database_url: str
    poll_seconds: float
    build_model: BuildModel
    retry: RetryPolicy
    max_model_calls: int


class TurnRunner:
    """Starts, resumes and stops turns in this process.

    Args:
        config: What it is made of.
        recorder: Where turns write.
        live: Where turns stream.
    """

    def __init__(self, config: RunnerConfig, *, recorder: TurnRecorder, live: LiveTurns) -> None:
        self.config = config
        self.recorder = recorder
        self.live = live
        self._started_here: set[str] = set()
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._closed = False

    def launch(self) -> None:
        """Start DBOS on the running event loop; turns that a crash cut are resumed by it."""
        global _runner  # noqa: PLW0603 - a workflow is a module-level function that DBOS calls by name
        _runner = self
        config: DBOSConfig = {
            "name": "chat-sessions",
            "system_database_url": self.config.system_database_url,
            "application_version": WORKFLOW_VERSION,
            "serializer": DurableJson(),
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": self.config.poll_seconds,
        }
        DBOS(config=config)
        DBOS.launch()

    async def close(self) -> None:
        """Park running turns where they are: their workflows are resumed at the next start.

        DBOS records no outcome for a workflow whose task is cancelled. Left alone it would go on while its parts are
        taken away, and its turn would fail.
        """
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await asyncio.to_thread(DBOS.destroy)

    async def start(self, turn_id: str) -> None:
        """Start a turn; harmless when it was started before."""
        self._started_here.add(turn_id)
        with SetWorkflowID(turn_id):
            await DBOS.start_workflow_async(run_turn, turn_id)

    async def resume(self, turn_id: str) -> None:
        """Take up a turn that an earlier process left running.

        DBOS resumes a workflow that it knows. One that it does not know was claimed but never started; one that it
        has given up, or that was recorded in another version's terms, ends as interrupted.
        """
        status = await DBOS.get_workflow_status_async(turn_id)
        if status is None:
            with SetWorkflowID(turn_id):
                await DBOS.start_workflow_async(run_turn, turn_id)
        elif status.status not in ("PENDING", "ENQUEUED") or status.app_version != WORKFLOW_VERSION:
            await self.recorder.fail(turn_id, _interrupted(), usage=Usage())

    def resumed(self, turn_id: str) -> bool:
        """Whether a turn that begins now was begun by an earlier process; asked once for each begin."""
        if turn_id in self._started_here:
            self._started_here.discard(turn_id)
            return False
        return True

    async def forget(self, turn_ids: Sequence[str]) -> None:
        """Delete what DBOS keeps of these turns, once their workflows have let go of it."""
        running = [task for turn_id in turn_ids if (task := self._tasks.get(turn_id)) is not None]
        if running:
            await asyncio.wait(running)
        await DBOS.delete_workflows_async(list(turn_ids))

    def hold(self, turn_id: str) -> None:
        """Keep hold of the task that runs a turn for as long as it lasts.

        Raises:
            asyncio.CancelledError: It comes too late, and is parked before it has done anything.
        """
        if self._closed:
            raise asyncio.CancelledError
        task = asyncio.current_task()
        assert task is not None, "a workflow runs in a task"
        self._tasks[turn_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(turn_id, None))


_runner: TurnRunner | None = None


@DBOS.workflow(name="turn", max_recovery_attempts=100)
async def run_turn(turn_id: str) -> None:
    """Run one turn from where it is to its end."""
    assert _runner is not None, "launch() sets the runner before DBOS calls a workflow"
    runner = _runner
    runner.hold(turn_id)
    given = await runner.recorder.begin(turn_id, resumed=runner.resumed(turn_id))
    if given is None:
        return
    run = _TurnRun(runner, given)
    try:
        await run.to_the_end()
        runner.live.end(turn_id)
        await run.title()
    except TurnStopped:
        return
    finally:
        runner.live.end(turn_id)


class _TurnRun:
    """One run of one turn's workflow."""

    def __init__(self, runner: TurnRunner, given: TurnInput) -> None:
        self.runner = runner
        self.recorder = runner.recorder
        self.given = given
        self.live = given.live
        self.turn_id = given.turn.id
        self.parts: list[Part] = []
        self.usage = RunUsage()

    async def to_the_end(self) -> None:
        """Run the agent and end the turn, whatever happens."""
        try:
            await self._run_agent()
        except TurnStopped:
            raise
        except Exception as error:
            failure = describe_failure(error)
            # Where a fault of the program was is what the person is sent to the log for.
            fault = error if failure.code == TurnErrorCode.INTERNAL else None
            logger.warning("turn %s failed: %s", self.turn_id, failure.code, exc_info=fault)
            details = {key: value for key, value in failure.details.items() if value is not None}
            part = ErrorPart(id=self._next_id(), code=failure.code, text=failure.text, details=details)
            await self.recorder.fail(self.turn_id, part, usage=self._usage())
        else:
            await self.recorder.complete(self.turn_id, usage=self._usage())

    async def title(self) -> None:
        """Give the session a title from its first exchange, as a step of its own."""
        if not await self.recorder.wants_title(self.given.turn.session_id):
            return
        model = self._build_model()

        async def ask() -> str | None:
            return await generate_title(model, question=self.given.question, parts=self.parts)

        title = await DBOS.run_step_async({"name": "title"}, ask)
        if title:
            await self.recorder.suggest_title(self.given.turn.session_id, title)

    async def _run_agent(self) -> None:
        several = self.given.several_people
        history = model_messages(self.given.history, several_people=several)
        model = self._streaming_model()
        agent = self._agent(model)
        settings = self.given.agent.settings.model_dump(exclude_none=True, exclude={"context_window"})
        async with agent.iter(
            prompt_text(self.given.question, several_people=several),
            message_history=history,
            deps=TurnDeps(turn_id=self.turn_id, session_id=self.given.turn.session_id),
            model_settings=ModelSettings(**settings),
            usage=self.usage,
            usage_limits=UsageLimits(request_limit=self.runner.config.max_model_calls),
        ) as run:
            step = 0
            async for node in run:
                if isinstance(node, ModelRequestNode):
                    await self._settle_unrun(node.request.parts)
                elif (response := getattr(node, "model_response", None)) is not None:
                    await self._settle_response(response, step=step, model=model)
                    step += 1

    def _streaming_model(self) -> StreamingModel:
        async def restart(step: int, attempt: int) -> None:
            await self.recorder.restart_step(self.turn_id, step=step, attempt=attempt)

        return StreamingModel(
            self._build_model(),
            live=self.live,
            attempt=self.given.turn.attempt,
            retry=self.runner.config.retry,
            restart=restart,
            wait=lambda delay: self.recorder.delay(self.turn_id, delay),
        )

    def _build_model(self) -> Model:
        return self.runner.config.build_model(self.given.agent, self.given.turn.model, self.given.stored_key)

    def _agent(self, model: Model) -> ModelAgent[TurnDeps, str]:
        snapshot = self.given.agent
        functions = [TOOLS[name].function for name in snapshot.tools if name in TOOLS]
        tools = DurableToolset(
            FunctionToolset[TurnDeps](functions, id="tools"), live=self.live, settle=self._settle_call
        )
        return ModelAgent(
            model,
            name="chat",
            deps_type=TurnDeps,
            instructions=snapshot.instructions or None,
            toolsets=[tools] if functions else [],
            capabilities=[DBOSDurability[TurnDeps]()],
            retries=2,
        )

    async def _settle_response(self, response: ModelResponse, *, step: int, model: StreamingModel) -> None:
        parts = response_parts(response, step=step, durations=model.durations.get(step, {}))
        await self._settle(parts)

    async def _settle_call(self, call_id: str, record: CallRecord) -> None:
        part_id = result_id(self.parts, call_id)
        if part_id is not None:
            await self._settle([ToolResultPart(id=part_id, call_id=call_id, **record)])

    async def _settle_unrun(self, parts: Sequence[Any]) -> None:
        """Settle results that no tool gave: arguments that did not fit, a tool that does not exist."""
        have = {part.id for part in self.parts}
        for part in parts:
            if isinstance(part, ToolReturnPart) and result_id(self.parts, part.tool_call_id) not in have:
                output = storable(part.model_response_str())
                is_error = part.outcome != "success"
                await self._settle_call(part.tool_call_id, {"output": output, "is_error": is_error, "duration": 0.0})

    async def _settle(self, parts: Sequence[Part]) -> None:
        self.parts.extend(parts)
        if not await self.recorder.settle(self.turn_id, parts):
            raise TurnStopped

    def _next_id(self) -> str:
        steps = [int(part.id.split(".")[0]) for part in self.parts if isinstance(part, ToolCallPart)]
        # After everything that the failed step may have left open.
        return f"{max(steps, default=-1) + 1}.{_AFTER_ALL}"

    def _usage(self) -> Usage:
        return Usage(
            input_tokens=self.usage.input_tokens,
            output_tokens=self.usage.output_tokens,
            requests=self.usage.requests,
        )


def _interrupted() -> ErrorPart:
    text = "The server was restarted in the middle of this answer and could not take it up again. Try again."
    return ErrorPart(id=f"{_AFTER_ALL}.0", code=TurnErrorCode.INTERRUPTED, text=text)


_AFTER_ALL = 1_000_000
"""The index of an error in its step: no response has so many parts."""
