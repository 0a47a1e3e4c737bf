"""What the benchmarks of kills and of broken connections look for, a few times: nothing is lost, doubled or mixed."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

from bench import sends
from bench._restartable import free_port, launcher, write_agents
from bench.kill import Killer, aims

STRATA = 6
SENDS = 30
"""Ten of each way to cut the first connection."""


def test_a_kill_at_any_moment_of_a_turn_loses_doubles_and_mixes_nothing(tmp_path: Path) -> None:
    assert len({aim.stratum for aim in islice(aims(random.Random(1)), STRATA)}) == STRATA
    with launcher() as servers:
        killer = Killer(servers, tmp_path, port=free_port(), chance=random.Random(1))
        outcomes = killer.run(STRATA)
    assert {outcome.aim.stratum: outcome.problems for outcome in outcomes if outcome.problems} == {}


def test_a_message_sent_again_over_broken_connections_is_stored_and_answered_once(tmp_path: Path) -> None:
    write_agents(tmp_path, model="scripted:echo")
    port = free_port()
    with launcher() as servers:
        servers.start(tmp_path, port)
        sendings, problems = sends.run(port, sends=SENDS, chance=random.Random(1))
        servers.stop()
    assert problems == []
    assert {sending.cuts[0] for sending in sendings} == set(sends.CUTS)
