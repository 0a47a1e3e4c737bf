"""Kills the server during turns, restarts it, and checks that nothing is lost, duplicated or mixed.

    python -m bench.kill [--kills 100] [--seed N] [--port PORT]

Each kill happens at one of six moments of a turn, while the turn of another session streams. The model marks its words
differently in each call, so that text of two attempts can be told apart. A client follows the session by server-sent
events and resumes after the restart. The exit status is 1 when a check fails.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from bench._kill_checks import Expected, Observed, count_effects_to_be, problems_of, transcript_of
from bench._probes import (
    AT_EFFECT,
    AT_END,
    AT_SEND,
    AT_SETTLE,
    AT_START,
    CALLS_FILE,
    EFFECTS_FILE,
    PAUSE_FILE,
    PAUSED_FILE,
)
from bench._restartable import SCRIPT, Client, Launcher, free_port, launcher, read_lines, wait_for, write_agents
from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent

TURNS_FILE = "turns.db"
"""The workflow engine's database in the data folder."""
WORDS = 24
"""Words of each text; at the script's speed they stream for a tenth of a second."""
TOKENS_PER_SECOND = 250
SETTLES_PER_TURN = 4
"""The first answer, the results of its two tools, and the second answer."""
_PARTS = ("0.0", "0.1", "0.2", "0.2.1", "0.3", "0.3.1", "1.0")


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A moment for a kill.

    Args:
        stratum: The kind of moment.
        place: A point in the code with the count at which to pause, or a point in the script.
        call: The model call in which to kill.
        word: Number of its words written by then.
        calls: How often each model call of the turn is made in total.
        stored: Whether the message is stored by then.
        acknowledged: Whether the client has received the answer.
    """

    stratum: str
    place: str | None = None
    call: int | None = None
    word: int = 0
    calls: Sequence[int] = (1, 1)
    stored: bool = True
    acknowledged: bool = True


def aims(chance: random.Random) -> Iterator[Aim]:
    """Yield moments forever, alternating between the kinds."""
    before = Aim(stratum="before the send's commit", place=f"{AT_SEND} 1", stored=False, acknowledged=False)
    start = Aim(stratum="between commit and start", place=f"{AT_START} 1", acknowledged=False)
    effect = Aim(stratum="between effect and checkpoint", place=f"{AT_EFFECT} 1")
    places = [f"{place} {number + 1}" for number in range(SETTLES_PER_TURN) for place in AT_SETTLE]
    places += [f"{place} 1" for place in AT_END]
    chance.shuffle(places)
    for place in cycle(places):
        yield before
        yield start
        yield Aim(stratum="in the first model call", call=0, word=chance.randint(0, WORDS), calls=(2, 1))
        yield Aim(stratum="in the second model call", call=1, word=chance.randint(0, WORDS), calls=(1, 2))
        yield effect
        yield Aim(stratum="while the turn settles", place=place)


@dataclass
class Outcome:
    """The outcome of one kill.

    Args:
        aim: The moment of the kill.
        seconds: From the start of the new server to the end of the turn.
        problems: The violations found afterwards.
    """

    aim: Aim
    seconds: float
    problems: list[str] = field(default_factory=list[str])


class Killer:
    """Kills the server of one data folder repeatedly.

    Args:
        servers: Starts and kills the server.
        data_dir: The data folder.
        port: The server's port.
        chance: The source of random choices.
    """

    def __init__(self, servers: Launcher, data_dir: Path, *, port: int, chance: random.Random) -> None:
        self._servers = servers
        self._data_dir = data_dir
        self._port = port
        self._chance = chance
        self._threads = ThreadPoolExecutor(max_workers=2)
        self._ended: dict[str, tuple[Observed, Expected]] = {}

    def run(self, kills: int) -> list[Outcome]:
        """Kill the server this many times and return the outcomes."""
        write_agents(self._data_dir)
        (self._data_dir / SCRIPT).write_text('{"steps": []}', encoding="utf-8")
        self._servers.start(self._data_dir, self._port)
        outcomes = [self._kill(number, aim) for number, aim in zip(range(kills), aims(self._chance), strict=False)]
        outcomes[-1].problems += self._late_problems()
        self._servers.stop()
        return outcomes

    def _kill(self, number: int, aim: Aim) -> Outcome:
        with Client(self._port) as client:
            return self._kill_and_look(client, number, aim)

    def _kill_and_look(self, client: Client, number: int, aim: Aim) -> Outcome:
        question, other = f"question {number}", f"other {number}"
        other_word = self._chance.randint(0, WORDS)
        self._write_script(number, aim, other_word)
        session_id, other_id = client.new_session(), client.new_session()
        before = {each: transcript_of(client.snapshot(each)) for each in (session_id, other_id)}
        client.send(other_id, other, key=f"other-{number}")
        self._await_file(f"{other}.here")
        followed: list[ChatEvent] = []
        following = self._threads.submit(self._follow, client, session_id, before[session_id].cursor, followed)
        if aim.place is not None:
            (self._data_dir / PAUSE_FILE).write_text(aim.place, encoding="utf-8")
        sending = self._threads.submit(client.send, session_id, question, key=f"key-{number}")
        self._await_file(PAUSED_FILE if aim.place is not None else f"{question}.here")
        self._servers.kill()
        following.result()
        problems = list(self._send_problems(sending, aim))
        effects = count_effects_to_be(self._data_dir / TURNS_FILE, self._keys_of(question))
        self._clear_the_way(question, other)

        began = time.monotonic()
        self._servers.start(self._data_dir, self._port)
        stored = len(client.snapshot(session_id)["messages"]["items"]) // 2
        if stored != aim.stored:
            problems.append(f"{stored} messages are stored after the restart")
        client.send(session_id, question, key=f"key-{number}")
        last = max((event.seq for event in followed if event.durable), default=before[session_id].cursor)
        if not any(event.type in LAST_OF_A_TURN for event in followed):
            followed += client.ended_events(session_id, after=last)
        seconds = time.monotonic() - began
        others = client.ended_events(other_id, after=before[other_id].cursor)

        for each, said, events, expected in (
            (session_id, question, followed, _expected(number, question, aim, effects)),
            (other_id, other, others, _expected_of_other(number, other)),
        ):
            seen = self._observe(client, each, said, before=before[each], followed=events)
            problems += problems_of(seen, expected)
            self._ended[each] = (seen, expected)
        return Outcome(aim, seconds, problems)

    def _follow(self, client: Client, session_id: str, after: int, seen: list[ChatEvent]) -> None:
        seen.extend(client.events(session_id, after=after))

    def _await_file(self, name: str) -> None:
        wait_for((self._data_dir / name).exists, what=name)

    def _send_problems(self, sending: Future[dict[str, Any]], aim: Aim) -> Iterator[str]:
        try:
            sending.result()
            acknowledged = True
        except httpx.TransportError:
            acknowledged = False
        # A kill between the commit and the answer is legitimate in every stratum that pauses the whole process.
        if acknowledged and not aim.acknowledged:
            yield "the message was acknowledged before it was safe"

    def _clear_the_way(self, question: str, other: str) -> None:
        for name in (PAUSE_FILE, PAUSED_FILE):
            (self._data_dir / name).unlink(missing_ok=True)
        for said in (question, other):
            (self._data_dir / f"{said}.go-on").touch()

    def _observe(
        self, client: Client, session_id: str, said: str, *, before: Any, followed: Sequence[ChatEvent]
    ) -> Observed:
        after = transcript_of(client.snapshot(session_id))
        last = max(event.seq for event in followed if event.durable)
        calls = [line["call"] for line in read_lines(self._data_dir / CALLS_FILE) if line["question"] == said]
        return Observed(
            before=before,
            followed=[*followed, *_up_to(client, session_id, after=last, cursor=after.cursor)],
            history=_up_to(client, session_id, after=0, cursor=after.cursor),
            after=after,
            calls=calls,
            keys=self._keys_of(said),
        )

    def _keys_of(self, said: str) -> list[str]:
        return [line["key"] for line in read_lines(self._data_dir / EFFECTS_FILE) if line["note"] == said]

    def _late_problems(self) -> Iterator[str]:
        """Yield violations in sessions that were correct when they were checked first."""
        with Client(self._port) as client:
            for session_id, (seen, expected) in self._ended.items():
                after = transcript_of(client.snapshot(session_id))
                if after.messages != seen.after.messages or after.turns != seen.after.turns:
                    yield f"'{expected.question}' changed after its end"

    def _write_script(self, number: int, aim: Aim, other_word: int) -> None:
        question, other = f"question {number}", f"other {number}"
        first: list[dict[str, Any]] = [{"reasoning": " ".join(_words(number, "0.0"))}]
        first += _text(question, _words(number, "0.1"), aim.word if aim.call == 0 else None)
        first += [
            {"tool": "record", "arguments": {"note": question}, "id": "call-record"},
            {"tool": "clock", "arguments": {}, "id": "call-clock"},
        ]
        second = _text(question, _words(number, "1.0"), aim.word if aim.call == 1 else None)
        steps = [
            {"on": {"instructions": "Name the topic"}, "chunks": [{"text": "A title"}]},
            {"on": {"text": question, "call": 1}, "chunks": first},
            {"on": {"text": question, "call": 2}, "chunks": second},
            {"on": {"text": other}, "chunks": _text(other, _words(number, "other"), other_word)},
        ]
        script = {
            "vary": True,
            "tokens_per_second": TOKENS_PER_SECOND,
            "steps": [{**step, "times": None} for step in steps],
        }
        # Replaced in one step: the server may be reading it.
        new = self._data_dir / f"{SCRIPT}.new"
        new.write_text(json.dumps(script), encoding="utf-8")
        new.replace(self._data_dir / SCRIPT)


def _words(number: int, part: str) -> list[str]:
    return [f"{number}/{part}/{index}" for index in range(WORDS)]


def _text(said: str, words: Sequence[str], gate: int | None) -> list[dict[str, Any]]:
    """Return the words as chunks with a gate after this many words."""
    if gate is None:
        return [{"text": " ".join(words)}]
    chunks = [{"text": " ".join(words[:gate])}, {"mark": f"{said}.here"}, {"wait": f"{said}.go-on"}]
    rest = " ".join(words[gate:])
    return [*chunks, {"text": f" {rest}" if gate else rest}]


def _expected(number: int, question: str, aim: Aim, effects: int) -> Expected:
    return Expected(
        question=question,
        parts=_PARTS,
        words={part: _words(number, part) for part in ("0.0", "0.1", "1.0")},
        results={"0.2.1": f"Wrote: {question}"},
        calls=dict(enumerate(aim.calls)),
        effects=effects,
    )


def _expected_of_other(number: int, other: str) -> Expected:
    """Return the expected content of the session that streamed meanwhile: its one model call is made twice."""
    words = {"0.0": _words(number, "other")}
    return Expected(question=other, parts=("0.0",), words=words, results={}, calls={0: 2}, effects=0)


def _up_to(client: Client, session_id: str, *, after: int, cursor: int) -> list[ChatEvent]:
    """Return a session's durable events up to a cursor."""
    seen: list[ChatEvent] = []
    if after < cursor:
        for event in client.events(session_id, after=after):
            seen += [event] if event.durable else []
            if event.seq >= cursor:
                break
    return seen


def print_table(outcomes: Sequence[Outcome]) -> None:
    """Print a line for each kind of moment, and the violations."""
    by_stratum: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_stratum[outcome.aim.stratum].append(outcome)
    print(f"{'killed':32} | kills | wrong | restart to the turn's end, s: median (range)")
    for stratum, found in by_stratum.items():
        seconds = [outcome.seconds for outcome in found]
        wrong = sum(bool(outcome.problems) for outcome in found)
        spread = f"{statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
        print(f"{stratum:32} | {len(found):5} | {wrong:5} | {spread}")
    for number, outcome in enumerate(outcomes):
        for problem in outcome.problems:
            print(f"kill {number}, {outcome.aim}: {problem}")


def main() -> None:
    """Run the benchmark; the exit status is 1 when a check fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, launcher() as servers:
        killer = Killer(servers, Path(folder), port=options.port or free_port(), chance=random.Random(options.seed))
        outcomes = killer.run(options.kills)
    print_table(outcomes)
    print(f"{len(outcomes)} kills in {time.monotonic() - began:.0f} s, seed {options.seed}")
    sys.exit(any(outcome.problems for outcome in outcomes))


if __name__ == "__main__":
    main()
