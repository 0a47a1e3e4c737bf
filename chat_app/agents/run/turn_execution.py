"""Executes one turn inside its workflow: runs the agent, stores its parts and ends the turn."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dbos import DBOS
from pydantic_ai import Agent as ModelAgent
from pydantic_ai import CallToolsNode, ModelRequestNode
from pydantic_ai.durable_exec.dbos import DBOSDurability
from pydantic_ai.messages import ModelResponse, ToolReturnPart
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import RunUsage, UsageLimits

from chat_app.agents.run.end_reasons import end_reason
from chat_app.agents.run.errors import describe_failure
from chat_app.agents.run.history import model_conversation, response_parts, result_id
from chat_app.agents.run.ports import BuildModel, TurnInput, TurnRecorder
from chat_app.agents.run.streaming_model import RetryPolicy, StreamingModel, TurnStopped
from chat_app.agents.run.titles import generate_title
from chat_app.agents.run.toolset import CallRecord, DurableToolset, TurnDeps
from chat_app.agents.tools import TOOLS
from chat_app.domain.messages import Message
from chat_app.domain.parts import ErrorPart, Part, ToolCallPart, ToolResultPart, text_of
from chat_app.domain.text import storable
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turns import EndReason, Usage

logger = logging.getLogger(__name__)

ERROR_INDEX = 1_000_000
"""The index of an error in its step, after all parts that the step may have: no response has so many."""

_AGENT_NAME = "chat"
_TITLE_STEP = "title"
"""Parts of the names of steps, which are stored: another name would make an older version's unfinished turns fail."""


@dataclass(frozen=True, kw_only=True)
class ExecutionSettings:
    """How turns call their models."""

    build_model: BuildModel
    retry: RetryPolicy
    max_model_calls: int
    """Model calls of one turn."""


class TurnExecution:
    """One execution of one turn's workflow.

    Args:
        turn_input: What the turn begins with.
        recorder: Stores what the turn produces.
        settings: How the model is called.
    """

    def __init__(self, turn_input: TurnInput, *, recorder: TurnRecorder, settings: ExecutionSettings) -> None:
        self._input = turn_input
        self._recorder = recorder
        self._settings = settings
        self._live = turn_input.live
        self._turn_id = turn_input.turn.id
        self._parts: list[Part] = []
        self._usage = RunUsage()
        self._end_reason: EndReason | None = None

    async def run(self) -> None:
        """Run the agent and end the turn, whatever happens.

        Raises:
            TurnStopped: The turn was stopped, and so has ended already.
        """
        try:
            await self._run_agent()
        except TurnStopped:
            raise
        except Exception as error:
            failure = describe_failure(error)
            # The text of an internal error refers to the log, so the log needs the traceback.
            traceback = error if failure.code == TurnErrorCode.INTERNAL else None
            logger.warning("turn %s failed: %s", self._turn_id, failure.code, exc_info=traceback)
            details = {key: value for key, value in failure.details.items() if value is not None}
            part = ErrorPart(id=self._error_id(), code=failure.code, text=failure.text, details=details)
            await self._recorder.fail(self._turn_id, part, usage=self._total_usage())
        else:
            await self._recorder.complete(self._turn_id, usage=self._total_usage(), end_reason=self._end_reason)

    async def suggest_title(self) -> None:
        """Generate a title from the session's first exchange, as a recorded step."""
        session_id = self._input.turn.session_id
        if not await self._recorder.wants_title(session_id):
            return
        model = self._build_model()

        question, parts = self._first_exchange()

        async def generate() -> str | None:
            return await generate_title(model, question=question, parts=parts)

        title = await DBOS.run_step_async({"name": _TITLE_STEP}, generate)
        if title:
            await self._recorder.suggest_title(session_id, title)

    def _first_exchange(self) -> tuple[Message, Sequence[Part]]:
        """Return what the title is about: the first question, and the first answer that has text."""
        earlier = self._input.history
        question = next((message for message in earlier if message.role == "user"), self._input.question)
        answers = (message.parts for message in earlier if message.role == "assistant" and text_of(message.parts))
        return question, next(answers, self._parts)

    async def _run_agent(self) -> None:
        history, prompt = model_conversation(
            self._input.history, self._input.question, several_people=self._input.several_people
        )
        model = self._streaming_model()
        agent = self._agent(model)
        settings = self._input.agent.settings.model_dump(exclude_none=True, exclude={"context_window"})
        async with agent.iter(
            prompt,
            message_history=history,
            deps=TurnDeps(turn_id=self._turn_id, session_id=self._input.turn.session_id),
            model_settings=ModelSettings(**settings),
            usage=self._usage,
            usage_limits=UsageLimits(request_limit=self._settings.max_model_calls),
        ) as run:
            step = 0
            last: ModelResponse | None = None
            async for node in run:
                if isinstance(node, ModelRequestNode):
                    await self._settle_rejected_calls(node.request.parts)
                elif isinstance(node, CallToolsNode):
                    last = node.model_response
                    await self._settle_response(last, step=step, model=model)
                    step += 1
        if last is not None:
            self._end_reason = end_reason(last)

    def _streaming_model(self) -> StreamingModel:
        async def restart(step: int, attempt: int) -> None:
            await self._recorder.restart_step(self._turn_id, step=step, attempt=attempt)

        return StreamingModel(
            self._build_model(),
            live=self._live,
            attempt=self._input.turn.attempt,
            retry=self._settings.retry,
            restart=restart,
            report_delay=lambda delay: self._recorder.delay(self._turn_id, delay),
        )

    def _build_model(self) -> Model:
        return self._settings.build_model(self._input.agent, self._input.turn.model, self._input.stored_key)

    def _agent(self, model: Model) -> ModelAgent[TurnDeps, str | None]:
        snapshot = self._input.agent
        specs = [TOOLS[name] for name in snapshot.tools if name in TOOLS]
        toolset = DurableToolset(
            FunctionToolset[TurnDeps]([spec.function for spec in specs], id="tools"),
            live=self._live,
            idempotent={spec.name for spec in specs if spec.idempotent},
            settle=self._settle_call,
        )
        return ModelAgent(
            model,
            name=_AGENT_NAME,
            deps_type=TurnDeps,
            # Without None the library would ask again when a model only reasons.
            output_type=str | None,
            instructions=snapshot.instructions or None,
            toolsets=[toolset] if specs else [],
            capabilities=[DBOSDurability[TurnDeps]()],
            retries=2,
        )

    async def _settle_response(self, response: ModelResponse, *, step: int, model: StreamingModel) -> None:
        parts = response_parts(response, step=step, durations=model.durations.get(step, {}))
        await self._settle(parts)

    async def _settle_call(self, call_id: str, record: CallRecord) -> None:
        part_id = result_id(self._parts, call_id)
        if part_id is not None:
            await self._settle([ToolResultPart(id=part_id, call_id=call_id, **record)])

    async def _settle_rejected_calls(self, parts: Sequence[Any]) -> None:
        """Settle results of calls that no tool ran: the arguments did not fit, or there is no such tool."""
        settled = {part.id for part in self._parts}
        for part in parts:
            if isinstance(part, ToolReturnPart) and result_id(self._parts, part.tool_call_id) not in settled:
                output = storable(part.model_response_str())
                is_error = part.outcome != "success"
                await self._settle_call(part.tool_call_id, {"output": output, "is_error": is_error, "duration": 0.0})

    async def _settle(self, parts: Sequence[Part]) -> None:
        self._parts.extend(parts)
        if not await self._recorder.settle(self._turn_id, parts):
            raise TurnStopped

    def _error_id(self) -> str:
        steps = [int(part.id.split(".")[0]) for part in self._parts if isinstance(part, ToolCallPart)]
        # After every part that the failed step may have left open.
        return f"{max(steps, default=-1) + 1}.{ERROR_INDEX}"

    def _total_usage(self) -> Usage:
        return Usage(
            input_tokens=self._usage.input_tokens,
            output_tokens=self._usage.output_tokens,
            requests=self._usage.requests,
        )
