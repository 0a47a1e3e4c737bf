"""Short runs of the benchmarks of kills and broken connections: nothing is lost, duplicated or mixed."""

from __future__ import annotations

import asyncio
import random
from itertools import islice
from pathlib import Path

from bench import sends
from bench._restartable import free_port, launcher, write_agents
from bench.kill import Killer, aims
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.parts import text_parts
from chat_app.services.sessions.commands import create_session
from chat_app.services.startup import running
from chat_app.services.turns.commands import send_message
from chat_app.settings.application import Settings
from tests.support.agents import ECHO
from tests.support.session_events import read_transcript, wait_for_turn_end

STOPS = 8
"""A turn that is begun while its server stops is caught at a bad moment one time in three."""
STRATA = 6
SENDS = 30
"""Ten of each way to cut the first connection."""


def test_a_kill_at_any_moment_of_a_turn_loses_duplicates_and_mixes_nothing(tmp_path: Path) -> None:
    assert len({aim.stratum for aim in islice(aims(random.Random(1)), STRATA)}) == STRATA
    with launcher() as servers:
        killer = Killer(servers, tmp_path, port=free_port(), chance=random.Random(1))
        outcomes = killer.run(STRATA)
    assert {outcome.aim.stratum: outcome.problems for outcome in outcomes if outcome.problems} == {}


def test_a_message_resent_over_broken_connections_is_stored_and_answered_once(tmp_path: Path) -> None:
    write_agents(tmp_path, model="scripted:echo")
    port = free_port()
    with launcher() as servers:
        servers.start(tmp_path, port)
        sendings, problems = sends.run(port, sends=SENDS, chance=random.Random(1))
        servers.stop()
    assert problems == []
    assert {sending.cuts[0] for sending in sendings} == set(sends.CUTS)


def test_a_turn_that_begins_while_the_server_stops_is_answered_after_the_restart(settings: Settings) -> None:
    async def send_and_stop() -> str:
        async with running(settings):
            session = await create_session(LOCAL_OWNER, agent_key=ECHO)
            await send_message(LOCAL_OWNER, session.id, parts=text_parts("Just in time"))
            return session.id

    async def answer_of(session_id: str) -> str:
        await wait_for_turn_end(session_id)
        return (await read_transcript(session_id)).messages[-1].content

    async def answers(session_ids: list[str]) -> list[str]:
        async with running(settings):
            return [await answer_of(session_id) for session_id in session_ids]

    waiting = [asyncio.run(send_and_stop()) for _ in range(STOPS)]
    assert asyncio.run(answers(waiting)) == ["Just in time"] * STOPS
