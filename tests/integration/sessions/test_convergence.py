"""Convergence of readers: a snapshot and the events after its cursor always equal a fresh snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_ai.models import Model

from chat_app.agents.run.ports import StoredKey
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Conflict, NotFound
from chat_app.domain.events import ChatEvent, StreamReset
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import Visibility
from chat_app.domain.transcript import Transcript, apply_event
from chat_app.services.events import follow, hub
from chat_app.services.events.follow import follow_session
from chat_app.services.runtime import Runtime
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import (
    archive_session,
    create_session,
    delete_session,
    mark_read,
    rename_session,
    restore_session,
    share_session,
)
from chat_app.services.startup import running
from chat_app.services.turns.commands import retry_turn, running_turn, send_message, stop_turn
from chat_app.settings.application import Settings
from tests.support.agents import PLAYER
from tests.support.controlled_model import ControlledModel, Step
from tests.support.members import insert_member
from tests.support.session_events import PATIENCE, read_transcript, turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio

MAX_FOLLOWERS = 4
PEOPLE = ("Ada", "Bob")
_numbers = count()


class Follower:
    """A reader with its own transcript, like the page.

    Args:
        session_id: What it follows.
    """

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.resets = 0
        self.transcript: Transcript | None = None
        self._task: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Take a fresh snapshot and follow from there."""
        await self.leave()
        self.transcript = await read_transcript(self.session_id)
        self.rejoin()

    def rejoin(self) -> None:
        """Reconnect at the cursor of the current transcript."""
        if self._task is None:
            self._task = asyncio.create_task(self._follow())

    async def leave(self) -> None:
        """Disconnect and keep the transcript."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def wait_for_end(self) -> None:
        """Wait until the stream has ended by itself."""
        assert self._task is not None
        async with asyncio.timeout(PATIENCE):
            await self._task

    @property
    def connected(self) -> bool:
        """Whether it is connected."""
        return self._task is not None

    async def _follow(self) -> None:
        assert self.transcript is not None
        after = self.transcript.cursor
        async with aclosing(follow_session(ME, self.session_id, after=after)) as batches:
            async for batch in batches:
                for event in batch:
                    await self._take(event)

    async def _take(self, event: ChatEvent) -> None:
        assert self.transcript is not None
        if isinstance(event.data, StreamReset):
            self.resets += 1
            self.transcript = await read_transcript(self.session_id)
        else:
            self.transcript = apply_event(self.transcript, event)

    def check(self) -> None:
        """Raise the error of the stream, if it failed."""
        if self._task is not None and self._task.done():
            self._task.result()


async def assert_converged(session_id: str, followers: Sequence[Follower]) -> None:
    """Wait until each connected follower has what a fresh snapshot has, while nothing changes in between."""
    connected = [follower for follower in followers if follower.connected]
    fresh = await read_transcript(session_id)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        for _ in range(10):
            await asyncio.sleep(0)
        for follower in connected:
            follower.check()
        before, fresh = fresh, await read_transcript(session_id)
        if before == fresh and all(follower.transcript == fresh for follower in connected):
            return
        if asyncio.get_running_loop().time() > deadline:
            assert [follower.transcript for follower in connected] == [fresh] * len(connected)


@dataclass(frozen=True)
class Op:
    """One operation on a session or a reader.

    Args:
        kind: The operation.
        which: The follower, for operations on followers.
        pause: How often the event loop goes round afterwards, so that it meets different moments of the next one.
            The longest pause lasts until the model has done what it was told.
    """

    kind: str
    which: int = 0
    pause: int = 0


LONG = 1_000
_ACTS = ("say", "say", "say", "think", "call", "fault", "end")
_KINDS = (
    *("send", "stop", "retry", "rename", "archive", "restore", "read"),
    *("add", "add", "remove", "share", "unshare"),
    *("join", "leave", "rejoin", "miss", "miss", "reload", "look"),
)
_which = st.integers(0, MAX_FOLLOWERS - 1)
_pauses = st.sampled_from([LONG, 5, 1, 0])
ops: st.SearchStrategy[list[Op]] = st.lists(
    st.one_of([st.builds(Op, st.sampled_from(kinds), _which, _pauses) for kinds in (_ACTS, _KINDS)]),
    min_size=10,
    max_size=30,
)
BEGINNING = (Op("join"), Op("send"), Op("say", pause=LONG))


class Story:
    """A session with operations, and its readers.

    Args:
        controlled: The model of its agent.
        session_id: The session.
    """

    def __init__(self, controlled: ControlledModel, session_id: str) -> None:
        self.session_id = session_id
        self.followers: list[Follower] = []
        self._name = f"story-{next(_numbers)}"
        self._steps = controlled.steps[self._name]
        self._turns: list[str] = []

    async def play(self, op: Op) -> None:
        """Apply one operation; operations that are impossible in the current state are skipped."""
        match op.kind:
            case "send":
                # In a group, one message in four is not for the agent.
                mention = f"@{PLAYER} " if op.which else ""
                with suppress(Conflict):
                    sent = await send_message(
                        ME, self.session_id, parts=text_parts(f"{self._name} {mention}{op.which}")
                    )
                    self._turns += [sent.turn.id] if sent.turn else []
            case "say" | "think" | "call" | "fault" | "end":
                self._steps.put_nowait(Step(op.kind, f" {op.kind} \N{GRINNING FACE}{op.which}"))
            case "stop":
                await stop_turn(ME, self.session_id)
            case "retry" if self._turns:
                with suppress(Conflict):
                    await retry_turn(ME, self.session_id, self._turns[op.which % len(self._turns)])
            case "rename":
                await rename_session(ME, self.session_id, title=f"Title {op.which}")
            case "archive":
                await archive_session(ME, self.session_id)
            case "restore":
                await restore_session(ME, self.session_id)
            case "read":
                await mark_read(ME, self.session_id)
            case "add" | "remove" | "share" | "unshare":
                await self._play_people(op)
            case _:
                await self._play_reader(op)
        for _ in range(op.pause):
            if op.pause == LONG and (self._steps.empty() or await running_turn(ME, self.session_id) is None):
                break
            await asyncio.sleep(0)

    async def _play_people(self, op: Op) -> None:
        person = PEOPLE[op.which % len(PEOPLE)]
        with suppress(Conflict, NotFound):
            match op.kind:
                case "add":
                    await participants.add_participant(ME, self.session_id, f"usr_{person.lower()}")
                case "remove":
                    await participants.remove_participant(ME, self.session_id, f"usr_{person.lower()}")
                case "share":
                    await share_session(ME, self.session_id, Visibility.WORKSPACE)
                case _:
                    await share_session(ME, self.session_id, Visibility.PRIVATE)

    async def _play_reader(self, op: Op) -> None:
        if op.kind == "join" and len(self.followers) < MAX_FOLLOWERS:
            self.followers.append(Follower(self.session_id))
            await self.followers[-1].load()
        if not self.followers:
            return
        follower = self.followers[op.which % len(self.followers)]
        match op.kind:
            case "leave":
                await follower.leave()
            case "rejoin":
                follower.rejoin()
            case "miss":
                await follower.leave()
                await self.play(Op("say", op.which, LONG))
                follower.rejoin()
            case "reload":
                await follower.load()
            case "look":
                await assert_converged(self.session_id, self.followers)
            case _:
                pass

    async def end(self) -> None:
        """Reconnect all readers, end the running turns, and delete the session."""
        for follower in self.followers:
            follower.rejoin()
        await assert_converged(self.session_id, self.followers)
        while await stop_turn(ME, self.session_id) is not None:
            pass
        await assert_converged(self.session_id, self.followers)
        await delete_session(ME, self.session_id)
        for follower in self.followers:
            await follower.wait_for_end()
            assert follower.transcript is not None
            assert follower.transcript.deleted


@pytest.fixture
async def controlled(app: Runtime) -> ControlledModel:
    """The model of every agent of the running application."""
    controlled = ControlledModel()

    def build(agent: Agent, model: str, stored_key: StoredKey) -> Model:
        del agent, model, stored_key
        return controlled.model

    runner = await app.runner.loaded()
    runner.config = replace(runner.config, execution=replace(runner.config.execution, build_model=build))
    return controlled


@pytest.fixture
def settings_of_short_memory(settings: Settings) -> Settings:
    """Settings under which readers soon have a cursor that is too old."""
    return settings.model_copy(update={"max_session_events": 12})


@pytest.fixture
async def app(settings_of_short_memory: Settings) -> AsyncIterator[Runtime]:
    """The application's parts, running on a real database."""
    async with running(settings_of_short_memory) as runtime:
        for person in PEOPLE:
            await insert_member(runtime, person)
        yield runtime


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=ops)
async def test_readers_converge_after_any_sequence_of_operations(
    controlled: ControlledModel, happenings: list[Op]
) -> None:
    session = await create_session(ME, agent_key=PLAYER)
    story = Story(controlled, session.id)
    for op in (*BEGINNING, *happenings):
        await story.play(op)
    await story.end()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=ops)
async def test_slow_readers_converge(
    controlled: ControlledModel, monkeypatch: pytest.MonkeyPatch, happenings: list[Op]
) -> None:
    monkeypatch.setattr(hub, "BACKLOG_LIMIT", 2)
    session = await create_session(ME, agent_key=PLAYER)
    story = Story(controlled, session.id)
    for op in (*BEGINNING, *happenings):
        await story.play(op)
    await story.end()


async def test_a_reader_who_missed_too_many_bytes_starts_from_a_snapshot(
    controlled: ControlledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "BACKLOG_BYTES", 10_000)
    monkeypatch.setattr(follow, "BATCH", 2)
    session = await create_session(ME, agent_key=PLAYER)
    for _ in range(3):
        sent = await send_message(ME, session.id, parts=text_parts("long " + "x" * 8_000))
        controlled.steps["long"].put_nowait(Step("end"))
        await wait_for_turn_end(session.id, turn_id=turn_of(sent).id)
    async with aclosing(follow.follow_session(ME, session.id, after=0)) as batches:
        first = await anext(batches)
    assert [type(event.data) for event in first] == [StreamReset]


async def test_a_reader_whose_cursor_is_too_old_starts_from_a_snapshot(controlled: ControlledModel) -> None:
    session = await create_session(ME, agent_key=PLAYER)
    late = Follower(session.id)
    await late.load()
    await late.leave()
    for _ in range(3):
        sent = await send_message(ME, session.id, parts=text_parts("long gone"))
        controlled.steps["long"].put_nowait(Step("end"))
        await wait_for_turn_end(session.id, turn_id=turn_of(sent).id)
    late.rejoin()
    await assert_converged(session.id, [late])
    assert late.resets == 1
    await late.leave()


async def test_a_reader_that_reconnects_in_the_middle_of_a_text_resumes(controlled: ControlledModel) -> None:
    session = await create_session(ME, agent_key=PLAYER)
    story, reader = Story(controlled, session.id), Follower(session.id)
    for op in BEGINNING:
        await story.play(op)
    witness = story.followers[0]
    await reader.load()
    await assert_converged(session.id, [witness, reader])
    await reader.leave()
    await story.play(Op("say", 1, LONG))
    await assert_converged(session.id, [witness])
    reader.rejoin()
    await assert_converged(session.id, [witness, reader])
    await story.play(Op("say", 2, LONG))

    def said() -> list[int]:
        assert reader.transcript is not None
        return [part.text.count("say") for parts in reader.transcript.open_parts.values() for part in parts.values()]

    async with asyncio.timeout(PATIENCE):
        while said() != [3]:
            await assert_converged(session.id, [witness, reader])
    await story.end()
    await reader.wait_for_end()


@pytest.mark.parametrize("rounds", range(0, 24, 3))
async def test_a_stop_ends_a_turn_at_any_moment(controlled: ControlledModel, app: Runtime, rounds: int) -> None:
    session = await create_session(ME, agent_key=PLAYER)
    sent = await send_message(ME, session.id, parts=text_parts("silent"))
    for _ in range(rounds):
        await asyncio.sleep(0)
    await stop_turn(ME, session.id)
    # Deleting waits for the workflow: the model says nothing, so only the stop can have ended it.
    async with asyncio.timeout(PATIENCE):
        await delete_session(ME, session.id)
    assert app.live.get(turn_of(sent).id) is None
