"""Runs each turn as a DBOS workflow, whose id is the turn's, so that starting a turn twice is harmless.

DBOS records each model response and each tool result before anything depends on it. After a crash the workflow runs
again with what was recorded, and the turn recorder stores what the crash prevented.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID

from chat_app.agents.run.durable_json import DurableJson
from chat_app.agents.run.live import LiveTurns
from chat_app.agents.run.ports import TurnRecorder
from chat_app.agents.run.streaming_model import TurnStopped
from chat_app.agents.run.turn_execution import ERROR_INDEX, ExecutionSettings, TurnExecution
from chat_app.domain.parts import ErrorPart
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turns import Usage

WORKFLOW_VERSION = "1"
"""Raised by hand when the recorded steps of a turn change their meaning. A turn of another version is not resumed,
because its records would be misread."""


@dataclass(frozen=True, kw_only=True)
class RunnerConfig:
    """The configuration of a `TurnRunner`."""

    system_database_url: str
    """Where DBOS stores workflows."""
    connection: type[Any]
    """The class of the connections to it."""
    poll_seconds: float
    """Between two times that DBOS polls its tables."""
    execution: ExecutionSettings


class TurnRunner:
    """Starts, resumes and stops turns in this process.

    Args:
        config: Its configuration.
        recorder: Stores what turns produce.
        live: The running turns, which publish text.
    """

    def __init__(self, config: RunnerConfig, *, recorder: TurnRecorder, live: LiveTurns) -> None:
        self.config = config
        self.recorder = recorder
        self.live = live
        self._started_here: set[str] = set()
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._closed = False

    def launch(self) -> None:
        """Start DBOS on the running event loop; it resumes turns that a crash interrupted."""
        global _runner  # noqa: PLW0603 - a workflow is a module-level function that DBOS calls by name
        _runner = self
        config: DBOSConfig = {
            "name": "chat-sessions",
            "system_database_url": self.config.system_database_url,
            "application_version": WORKFLOW_VERSION,
            "db_engine_kwargs": {"connect_args": {"factory": self.config.connection}},
            "serializer": DurableJson(),
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": self.config.poll_seconds,
        }
        DBOS(config=config)
        DBOS.launch()

    async def close(self) -> None:
        """Interrupt running turns; their workflows are resumed at the next start.

        DBOS records no outcome for a workflow whose task is cancelled. A task that is not cancelled would continue
        while the application's parts are closed, and its turn would fail.
        """
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await asyncio.to_thread(DBOS.destroy)

    async def start(self, turn_id: str) -> None:
        """Start a turn; does nothing when it was started before."""
        self._started_here.add(turn_id)
        with SetWorkflowID(turn_id):
            await DBOS.start_workflow_async(run_turn, turn_id)

    async def resume(self, turn_id: str) -> None:
        """Resume a turn that an earlier process left running.

        DBOS itself resumes a workflow that it has stored. A turn without a workflow was claimed but never started, and
        is started now. A turn whose workflow DBOS has given up, or whose version is another one, ends as interrupted.
        """
        status = await DBOS.get_workflow_status_async(turn_id)
        if status is None:
            with SetWorkflowID(turn_id):
                await DBOS.start_workflow_async(run_turn, turn_id)
        elif status.status not in ("PENDING", "ENQUEUED") or status.app_version != WORKFLOW_VERSION:
            await self.recorder.fail(turn_id, _interrupted(), usage=Usage())

    def take_resumed(self, turn_id: str) -> bool:
        """Return whether an earlier process began a turn that begins now; to be called once for each begin."""
        if turn_id in self._started_here:
            self._started_here.discard(turn_id)
            return False
        return True

    async def forget(self, turn_ids: Sequence[str]) -> None:
        """Delete what DBOS has stored of these turns, once their workflows have ended."""
        running = [task for turn_id in turn_ids if (task := self._tasks.get(turn_id)) is not None]
        if running:
            await asyncio.wait(running)
        await DBOS.delete_workflows_async(list(turn_ids))

    async def stored_ids(self, *, page_size: int) -> AsyncIterator[list[str]]:
        """Return the ids of all turns of which DBOS has stored something, in pages."""
        offset = 0
        while True:
            page = await DBOS.list_workflows_async(limit=page_size, offset=offset, load_input=False, load_output=False)
            if not page:
                return
            yield [workflow.workflow_id for workflow in page]
            offset += len(page)

    def track_current_task(self, turn_id: str) -> None:
        """Register the current task as the one that runs a turn, until the task ends.

        Raises:
            asyncio.CancelledError: The runner is closed; the turn is resumed at the next start.
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
    """Run one turn to its end, from the beginning or from where a crash interrupted it."""
    assert _runner is not None, "launch() sets the runner before DBOS calls a workflow"
    runner = _runner
    runner.track_current_task(turn_id)
    turn_input = await runner.recorder.begin(turn_id, resumed=runner.take_resumed(turn_id))
    if turn_input is None:
        return
    execution = TurnExecution(turn_input, recorder=runner.recorder, settings=runner.config.execution)
    try:
        await execution.run()
        runner.live.end(turn_id)
        await execution.suggest_title()
    except TurnStopped:
        return
    finally:
        runner.live.end(turn_id)


def _interrupted() -> ErrorPart:
    text = "The server was restarted during this answer and could not resume it. Try again."
    return ErrorPart(id=f"{ERROR_INDEX}.0", code=TurnErrorCode.INTERRUPTED, text=text)
