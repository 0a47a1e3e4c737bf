"""Turns of people who may no longer ask: queued ones do not run, and running ones stop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from chat_app.db import members as member_rows
from chat_app.domain.actor import LOCAL_OWNER as ME
from chat_app.domain.actor import Actor, Role
from chat_app.domain.events import PartDelta
from chat_app.domain.parts import ErrorPart, text_parts
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.domain.turn_errors import TurnErrorCode
from chat_app.domain.turns import Turn, TurnStatus
from chat_app.services.accounts import members
from chat_app.services.runtime import Runtime
from chat_app.services.sessions import participants
from chat_app.services.sessions.commands import create_session, share_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import retry_turn, send_message, stop_turn
from chat_app.settings.application import Settings
from tests.support.agents import PLAYER, SCRIPT, write_script
from tests.support.members import insert_member
from tests.support.session_events import events_until, read_transcript, turn_of, wait_for_turn_end

pytestmark = pytest.mark.anyio

BEGINNING = "The begin"
STEPS = [
    {"on": {"text": "slow"}, "times": None, "chunks": [{"text": BEGINNING}, {"wait": "go-on"}, {"text": "ning."}]},
    {"times": None, "chunks": [{"text": "Quick."}]},
]
TWO_AGENTS = """
[[agents]]
key = "player"
name = "Player"
color = "#b4552d"
model = "scripted:{folder}/{script}"
writers = {writers}

[[agents]]
key = "other"
name = "Other"
color = "#5b6ee1"
model = "scripted:{folder}/{script}#other"
writers = {writers_of_other}
"""
Loss = Callable[[ChatSession, Actor], Awaitable[object]]
"""How a person loses access to a session of the owner."""


def hide_agent(folder: Path, app: Runtime, *, writers: str = '["admin"]', writers_of_other: str = '["member"]') -> None:
    """Change the writers in the agents file."""
    text = TWO_AGENTS.format(folder=folder, script=SCRIPT, writers=writers, writers_of_other=writers_of_other)
    (folder / "agents.toml").write_text(text, encoding="utf-8")
    app.agents.reload()


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The data folder, with a script in which only some answers wait."""
    write_script(settings.data_dir, STEPS)
    return settings.data_dir


async def shared_session() -> ChatSession:
    """Create a session of the owner in which every member may ask."""
    session = await create_session(ME, agent_key=PLAYER)
    return await share_session(ME, session.id, Visibility.WORKSPACE)


async def begin_slow_answer(actor: Actor, session_id: str) -> Turn:
    """Ask a question whose answer waits after its first words, and wait for these."""
    turn = turn_of(await send_message(actor, session_id, parts=text_parts("slow")))
    last_word = BEGINNING.rpartition(" ")[2]
    await events_until(
        session_id,
        lambda event: (
            event.turn_id == turn.id and isinstance(event.data, PartDelta) and event.data.text.endswith(last_word)
        ),
        actor=actor,
    )
    return turn


async def state_of(session_id: str, turn: Turn) -> tuple[TurnStatus, str | None, str]:
    """Return the status of a turn, its error code, and what people read."""
    transcript = await read_transcript(session_id)
    now = transcript.turns[turn.id]
    answer = next(message for message in transcript.messages if message.id == turn.assistant_message_id)
    errors = [part.text for part in answer.parts if isinstance(part, ErrorPart)]
    return now.status, now.error_code, " ".join([answer.content, *errors]).strip()


def not_run(reason: str) -> tuple[TurnStatus, str, str]:
    return TurnStatus.FAILED, TurnErrorCode.ACCESS_LOST, f"Not run: {reason}."


LOSSES: dict[str, tuple[Loss, str]] = {
    "removed from the workspace": (
        lambda _, ben: members.remove_member(ME, ben.user_id),
        "Ben is no longer a member of this workspace",
    ),
    "left the workspace": (
        lambda _, ben: members.remove_member(ben, ben.user_id),
        "Ben is no longer a member of this workspace",
    ),
    "made a viewer": (
        lambda _, ben: members.change_role(ME, ben.user_id, role=Role.VIEWER),
        "Ben can only read in this workspace now",
    ),
    "lost the session": (
        lambda session, _: share_session(ME, session.id, Visibility.PRIVATE),
        "Ben no longer has access to this session",
    ),
}


@pytest.mark.parametrize("loss", LOSSES)
async def test_a_queued_turn_of_a_person_who_lost_access_does_not_run(app: Runtime, folder: Path, loss: str) -> None:
    ben = await insert_member(app, "Ben")
    session = await shared_session()
    await begin_slow_answer(ME, session.id)
    queued = [turn_of(await send_message(ben, session.id, parts=text_parts(text))) for text in ("one", "two")]
    mine = turn_of(await send_message(ME, session.id, parts=text_parts("three")))
    lose, reason = LOSSES[loss]
    await lose(session, ben)
    (folder / "go-on").touch()
    await wait_for_turn_end(session.id, turn_id=mine.id)
    assert [await state_of(session.id, turn) for turn in queued] == [not_run(reason)] * 2
    assert await state_of(session.id, mine) == (TurnStatus.COMPLETED, None, "Quick.")


async def test_a_queued_turn_of_a_removed_participant_does_not_run(app: Runtime, folder: Path) -> None:
    ben = await insert_member(app, "Ben")
    session = await create_session(ME, agent_key=PLAYER)
    await participants.add_participant(ME, session.id, ben.user_id)
    first = turn_of(await send_message(ME, session.id, parts=text_parts("@player slow")))
    queued = turn_of(await send_message(ben, session.id, parts=text_parts("@player one")))
    await participants.remove_participant(ME, session.id, ben.user_id)
    await stop_turn(ME, session.id)
    await wait_for_turn_end(session.id, turn_id=queued.id)
    assert (await state_of(session.id, first))[0] == TurnStatus.CANCELLED
    assert await state_of(session.id, queued) == not_run("Ben no longer has access to this session")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (None, "Ben may no longer write to this agent"),
        ("#other", "Ben may no longer use the model scripted:{script}#other"),
    ],
)
async def test_a_queued_turn_does_not_run_when_its_asker_lost_the_agent_or_the_model(
    app: Runtime, folder: Path, model: str | None, reason: str
) -> None:
    hide_agent(folder, app, writers='["member"]')
    ben = await insert_member(app, "Ben")
    session = await shared_session()
    await begin_slow_answer(ME, session.id)
    chosen = None if model is None else f"scripted:{folder / SCRIPT}{model}"
    queued = turn_of(await send_message(ben, session.id, parts=text_parts("one"), model=chosen))
    if model is None:
        hide_agent(folder, app)
    else:
        hide_agent(folder, app, writers='["member"]', writers_of_other='["admin"]')
    await stop_turn(ME, session.id)
    await wait_for_turn_end(session.id, turn_id=queued.id)
    assert await state_of(session.id, queued) == not_run(reason.format(script=folder / SCRIPT))


@pytest.mark.parametrize("loss", ["removed from the workspace", "left the workspace", "made a viewer"])
async def test_the_running_turn_of_a_removed_or_demoted_member_stops_and_the_next_one_runs(
    app: Runtime, folder: Path, loss: str
) -> None:
    ben = await insert_member(app, "Ben")
    session = await shared_session()
    its = await begin_slow_answer(ben, session.id)
    next_of_ben = turn_of(await send_message(ben, session.id, parts=text_parts("one")))
    mine = turn_of(await send_message(ME, session.id, parts=text_parts("two")))
    lose, reason = LOSSES[loss]
    await lose(session, ben)
    await wait_for_turn_end(session.id, turn_id=mine.id)
    stopped = (TurnStatus.FAILED, TurnErrorCode.ACCESS_LOST, f"{BEGINNING} Stopped: {reason}.")
    assert await state_of(session.id, its) == stopped
    assert await state_of(session.id, next_of_ben) == not_run(reason)
    assert await state_of(session.id, mine) == (TurnStatus.COMPLETED, None, "Quick.")


async def test_running_turns_of_others_and_in_other_workspaces_go_on(app: Runtime, folder: Path) -> None:
    ben = await insert_member(app, "Ben")
    there = await insert_member(app, "Ben", workspace_id="wsp_2")
    shared, private = await shared_session(), await create_session(there, agent_key=PLAYER)
    mine = await begin_slow_answer(ME, shared.id)
    theirs = await begin_slow_answer(there, private.id)
    await members.remove_member(ME, ben.user_id)
    (folder / "go-on").touch()
    await wait_for_turn_end(shared.id, turn_id=mine.id)
    ended = await wait_for_turn_end(private.id, turn_id=theirs.id, actor=there)
    assert ended[-1].type == "turn.completed"


async def test_a_retry_belongs_to_the_person_who_asked_for_it(app: Runtime, folder: Path) -> None:
    ben, cleo = await insert_member(app, "Ben"), await insert_member(app, "Cleo")
    session = await shared_session()
    first = turn_of(await send_message(ben, session.id, parts=text_parts("one")))
    other = turn_of(await send_message(ME, session.id, parts=text_parts("two")))
    await wait_for_turn_end(session.id, turn_id=other.id)
    await begin_slow_answer(ME, session.id)
    again = await retry_turn(ME, session.id, first.id)
    by_cleo = await retry_turn(cleo, session.id, other.id)
    await members.remove_member(ME, ben.user_id)
    await members.remove_member(ME, cleo.user_id)
    await stop_turn(ME, session.id)
    await wait_for_turn_end(session.id, turn_id=by_cleo.id)
    assert await state_of(session.id, again) == (TurnStatus.COMPLETED, None, "Quick.")
    assert await state_of(session.id, by_cleo) == not_run("Cleo is no longer a member of this workspace")


async def test_nothing_of_a_person_who_lost_access_runs_after_a_restart(settings: Settings, folder: Path) -> None:
    async with running(settings) as app:
        ben = await insert_member(app, "Ben")
        session = await shared_session()
        its = await begin_slow_answer(ben, session.id)
        queued = turn_of(await send_message(ben, session.id, parts=text_parts("one")))
        mine = turn_of(await send_message(ME, session.id, parts=text_parts("two")))
        # Without the use case, which stops the running turn itself.
        async with app.db.write() as tx:
            await member_rows.remove(tx, ME.workspace_id, ben.user_id)
    (folder / "go-on").touch()
    async with running(settings):
        await wait_for_turn_end(session.id, turn_id=mine.id)
        reason = "Ben is no longer a member of this workspace"
        status, code, text = await state_of(session.id, its)
        assert (status, code) == (TurnStatus.FAILED, TurnErrorCode.ACCESS_LOST)
        assert text == f"{BEGINNING} Stopped: {reason}."
        assert await state_of(session.id, queued) == not_run(reason)
        assert await state_of(session.id, mine) == (TurnStatus.COMPLETED, None, "Quick.")
