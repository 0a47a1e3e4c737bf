"""Attacks a server while honest people use it, and measures what they notice.

    python -m bench.abuse [--minutes N] [--only KIND...] [--each] [--sessions 50]

Fifty sessions stream over server-sent events, and visitors sign in and open pages, before, during and after the
attacks. All kinds of `bench.abuse_attacks` run at the same time, or those of `--only`; with `--each` one after the
other, each against a server of its own. The server has a password login and one trusted proxy, whose header names
the addresses of the clients. It prints the lag of the tokens, memory, descriptors, log, what the server answered to the
attacks, and what honest people could not do. The exit status is 1 when an aim is missed. A server that uses more than
2 GB is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from bench._abuse_honest import AGENT, PASSWORD, WORD, Experience, Person, Reader, visit
from bench._abused_server import HOSTILE_PORT
from bench._attack_tools import Tally, Target
from bench._restartable import free_port, wait_for
from bench.abuse_attacks import ATTACKS, attack
from tests.support.servers import RunningApp, start_app

SESSIONS_EACH = 10
"""Sessions of each honest person, as many as may have a running answer."""
RATE = 10.0
"""Tokens a second of each answer."""
TOKENS = 120
"""Tokens of each answer."""
SETTLING_SECONDS = 10.0
"""Seconds before and after the attacks that are measured."""
MAX_LAG_RATIO = 2.0
"""Aim: the 95th percentile of the lag under attack by the one before."""
UNNOTICED_MS = 100.0
"""A lag that nobody notices while reading, so that no ratio of smaller ones is a missed aim."""
MAX_GROWTH_MIB = 100.0
"""Aim: growth of the memory under attack and after it, by the highest values: hashing a password takes 64 MiB."""
MAX_MEMORY_MIB = 2_048.0
"""The server is killed when it uses more."""
SAMPLE_SECONDS = 0.25
PHASES = ("before", "during", "after")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One look at the server's process."""

    at: float
    memory: float
    """Resident memory in MiB."""
    descriptors: int
    log: int
    """Bytes of the log."""
    cpu: float
    """Seconds of processor time so far."""


@dataclass
class Result:
    """The outcome of one run.

    Args:
        kinds: The kinds of attacks.
        experience: What the honest people experienced.
        samples: The looks at the process.
        marks: The moments at which the phases begin, and the end of the last one.
        tallies: What the server answered to the attacks.
        killed: Whether the server was killed because of its memory.
    """

    kinds: Sequence[str]
    experience: Experience = field(default_factory=Experience)
    samples: list[Sample] = field(default_factory=list[Sample])
    marks: list[float] = field(default_factory=list[float])
    tallies: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    killed: bool = False

    def phases(self) -> list[tuple[str, float, float]]:
        """Return the phases that took place: their names, beginnings and ends."""
        return [(name, *times) for name, times in zip(PHASES, pairwise(self.marks), strict=False)]

    def lag(self, begin: float, end: float, *, percentile: int) -> float:
        """Return a percentile of the lag in milliseconds of the tokens that arrived between two moments."""
        lags = [lag for at, lag in self.experience.lags if begin <= at < end]
        return quantiles(lags, n=100)[percentile - 1] if len(lags) > 1 else float("inf")

    def problems(self) -> list[str]:
        """Return the aims that were missed."""
        problems: list[str] = []
        if self.killed:
            return [f"the server used more than {MAX_MEMORY_MIB:,.0f} MiB and was killed"]
        before, *later = self.phases()
        lag = self.lag(*before[1:], percentile=95)
        memory = max(sample.memory for sample in self.samples_in(before))
        for phase in later:
            lag_then = self.lag(*phase[1:], percentile=95)
            if lag_then > max(MAX_LAG_RATIO * lag, UNNOTICED_MS):
                problems.append(f"the lag {phase[0]} the attack is {lag_then / lag:.1f} times the one before it")
            growth = max(sample.memory for sample in self.samples_in(phase)) - memory
            if growth > MAX_GROWTH_MIB:
                problems.append(f"the memory {phase[0]} the attack is {growth:.0f} MiB more")
        counts = Counter(what for _, what in self.experience.failures)
        problems += [f"{number} times an honest person could not: {what}" for what, number in counts.items()]
        return problems + self.experience.lost

    def samples_in(self, phase: tuple[str, float, float]) -> list[Sample]:
        """Return the samples of a phase."""
        _, begin, end = phase
        return [sample for sample in self.samples if begin <= sample.at < end] or self.samples[-1:]


def main() -> None:
    """Run the benchmark; the exit status is 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2, help="length of the attack")
    parser.add_argument("--only", nargs="+", choices=sorted(ATTACKS), metavar="KIND", help=", ".join(ATTACKS))
    parser.add_argument("--each", action="store_true", help="one kind after the other, each with its own server")
    parser.add_argument("--sessions", type=int, default=50)
    options = parser.parse_args()
    kinds: list[str] = options.only or list(ATTACKS)
    missed = False
    for together in [[kind] for kind in kinds] if options.each else [kinds]:
        result = run(together, minutes=options.minutes, sessions=options.sessions)
        _report(result)
        missed = missed or bool(result.problems())
    sys.exit(missed)


def run(kinds: Sequence[str], *, minutes: float, sessions: int) -> Result:
    """Attack a new server.

    Args:
        kinds: The kinds of attacks, which run at the same time.
        minutes: Length of the attack.
        sessions: Number of sessions that stream.
    """
    hostile_port = free_port()
    result = Result(kinds)
    with _server(hostile_port) as app:
        people = _people(app, -(-sessions // SESSIONS_EACH) + 1)
        honest, attacker = people[1:], people[0]
        target = _target(app, attacker, honest[0], hostile_port)
        asyncio.run(_measure(app, honest, target, result, seconds=minutes * 60, sessions=sessions))
    return result


@contextmanager
def _server(hostile_port: int) -> Generator[RunningApp]:
    env = {
        "CHAT_APP_ALLOW_SCRIPTED": "1",
        "CHAT_APP_AUTH": "password",
        "CHAT_APP_PROXY_HOPS": "1",
        # All people share a workspace, so that its limit would be reached by the honest ones alone.
        "CHAT_APP_MAX_RUNNING_TURNS_WORKSPACE": "0",
        HOSTILE_PORT: str(hostile_port),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        _write_agents(data, hostile_port)
        with start_app(data, env=env, command=(sys.executable, "-m", "bench._abused_server")) as app:
            yield app


def _write_agents(data: Path, hostile_port: int) -> None:
    page = f"http://127.0.0.1:{hostile_port}/endless"
    scripts = {
        AGENT: {"tokens_per_second": RATE, "steps": [{"times": None, "chunks": [{"text": WORD * TOKENS}]}]},
        "fetcher": {
            "steps": [
                {"on": {"call": 1}, "times": None, "chunks": [{"tool": "fetch_url", "arguments": {"url": page}}]},
                {"times": None, "chunks": [{"text": "Read."}]},
            ]
        },
    }
    agents = ['[[agents]]\nkey = "echo"\nmodel = "scripted:echo"\n']
    for key, script in scripts.items():
        path = data / f"{key}.json"
        path.write_text(json.dumps(script), encoding="utf-8")
        agents.append(f'[[agents]]\nkey = "{key}"\nmodel = "scripted:{path}"\ntools = ["fetch_url"]\n')
    (data / "agents.toml").write_text("\n".join(agents), encoding="utf-8")


def _people(app: RunningApp, number: int) -> list[Person]:
    """Set up the installation and let people join: first an admin, who is the attacker, then members."""
    wait_for(lambda: "#" in app.read_log(), what="the link for setting up is printed")
    link = re.search(r"/set-up#(\S+)", app.read_log())
    assert link is not None
    people: list[Person] = []
    with httpx.Client(base_url=app.url, timeout=60, headers={"Origin": app.url}) as owner:
        _join(owner, "set-up", link[1], "owner@example.org")
        for index in range(number):
            role = "member" if people else "admin"
            invited = owner.post("/v1/invitations", json={"role": role}).raise_for_status().json()
            secret = invited["path"].rpartition("#")[2]
            email = f"person{index}@example.org"
            address = f"192.0.2.{index + 1}"
            with httpx.Client(
                base_url=app.url, timeout=60, headers={"Origin": app.url, "X-Forwarded-For": address}
            ) as client:
                cookie = _join(client, "join", secret, email)
            people.append(Person(email=email, cookie=cookie, address=address))
    return people


def _join(client: httpx.Client, how: str, secret: str, email: str) -> str:
    body = {"secret": secret, "name": email.partition("@")[0], "email": email, "password": PASSWORD}
    return client.post(f"/v1/auth/{how}", json=body).raise_for_status().cookies["chat_login"]


def _target(app: RunningApp, attacker: Person, victim: Person, hostile_port: int) -> Target:
    """Prepare the attacker's session: twenty messages of 50,000 characters."""
    with httpx.Client(
        base_url=app.url, timeout=60, headers={"Origin": app.url}, cookies={"chat_login": attacker.cookie}
    ) as client:
        session = client.post("/v1/chat", json={"agent_key": "echo", "title": "Long"}).raise_for_status().json()["id"]
        path = f"/v1/chat/{session}/messages"
        sent = [client.post(path, json={"content": f"{number}" * 50_000}).raise_for_status() for number in range(10)]
        message_id: str = sent[-1].json()["message"]["id"]
    return Target(
        port=int(app.url.rpartition(":")[2]),
        cookie=attacker.cookie,
        victim=victim.email,
        session_id=session,
        message_id=message_id,
        echo="echo",
        fetcher="fetcher",
        hostile_port=hostile_port,
    )


async def _measure(
    app: RunningApp, people: Sequence[Person], target: Target, result: Result, *, seconds: float, sessions: int
) -> None:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(person.browser(app.url)) for person in people]
        readers: list[Reader] = []
        for number in range(sessions):
            client = clients[number // SESSIONS_EACH]
            made = await client.post("/v1/chat", json={"agent_key": AGENT, "title": "Streams"})
            session_id = made.raise_for_status().json()["id"]
            readers.append(Reader(client, session_id, tokens=TOKENS, rate=RATE, experience=result.experience))
        tasks = [asyncio.create_task(reader.run(stop)) for reader in readers]
        tasks.append(asyncio.create_task(visit(app.url, people, result.experience, stop)))
        watching = asyncio.create_task(_watch(app, result))
        phases = asyncio.create_task(_phases(target, result, seconds=seconds))
        await asyncio.wait((watching, phases), return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        if result.killed:
            # Nothing more can be asked of the server.
            phases.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(phases, *tasks, return_exceptions=True)
            return
        await phases
        await asyncio.gather(*tasks)
        watching.cancel()


async def _phases(target: Target, result: Result, *, seconds: float) -> None:
    """Attack after a while, from a process of its own, and wait a while."""
    # What is loaded and cached once is not part of the measured memory.
    await asyncio.sleep(SETTLING_SECONDS)
    result.marks.append(time.time())
    await asyncio.sleep(SETTLING_SECONDS)
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    attacker = context.Process(target=_attack, args=(list(result.kinds), target, seconds, sending))
    attacker.start()
    try:
        await _ready(receiving.poll)
        assert receiving.recv() == "ready"
        result.marks.append(time.time())
        await _ready(receiving.poll)
        result.tallies = receiving.recv()
        result.marks.append(time.time())
        await asyncio.sleep(SETTLING_SECONDS)
        result.marks.append(time.time())
    finally:
        if attacker.is_alive():
            attacker.terminate()
        attacker.join()


async def _ready(poll: Callable[[], bool]) -> None:
    while not poll():  # noqa: ASYNC110 - a pipe of another process
        await asyncio.sleep(0.1)


def _attack(kinds: list[str], target: Target, seconds: float, sending: Connection[Any, Any]) -> None:
    """Run the attacks; called in the attacker's process."""
    tallies = {kind: Tally() for kind in kinds}
    sending.send("ready")
    asyncio.run(attack(kinds, target, tallies, seconds=seconds))
    sending.send({kind: tally.seen for kind, tally in tallies.items()})


async def _watch(app: RunningApp, result: Result) -> None:
    """Look at the server's process until it uses too much memory, and then kill it."""
    while app.process.poll() is None:
        sample = _look(app)
        result.samples.append(sample)
        if sample.memory > MAX_MEMORY_MIB:
            break
        await asyncio.sleep(SAMPLE_SECONDS)
    result.killed = True
    result.marks.append(time.time())
    app.kill()


def _look(app: RunningApp) -> Sample:
    process = Path(f"/proc/{app.process.pid}")
    status = (process / "status").read_text(encoding="ascii")
    fields = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return Sample(
        at=time.time(),
        memory=int(status.partition("VmRSS:")[2].split()[0]) / 1024,
        descriptors=len(os.listdir(process / "fd")),  # noqa: PTH208 - an iterator over it would count itself
        log=app.log.stat().st_size,
        cpu=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
    )


def _report(result: Result) -> None:
    print(f"== {' '.join(result.kinds)}")
    for phase in result.phases():
        name, begin, end = phase
        samples = result.samples_in(phase)
        seconds = [took for at, _, took in result.experience.visits if begin <= at < end]
        failures = sum(begin <= at < end for at, _ in result.experience.failures)
        print(
            f"{name:>6} {end - begin:4.0f} s: lag p50 {result.lag(begin, end, percentile=50):,.0f}, "
            f"p95 {result.lag(begin, end, percentile=95):,.0f} ms; "
            f"CPU {(samples[-1].cpu - samples[0].cpu) / (end - begin):.0%}; memory {samples[-1].memory:,.0f}, at most "
            f"{max(sample.memory for sample in samples):,.0f} MiB; descriptors at most "
            f"{max(sample.descriptors for sample in samples)}; log {samples[-1].log - samples[0].log:,} bytes; "
            f"{len(seconds)} visits, at most {max(seconds, default=0) * 1_000:,.0f} ms; {failures} failures"
        )
    for kind, seen in result.tallies.items():
        print(f"  {kind}: " + (", ".join(f"{what} x {number:,}" for what, number in seen.most_common(8)) or "nothing"))
    print(f"  {result.experience.answers:,} complete answers, {result.experience.reconnects} streams resumed")
    for problem in result.problems()[:20]:
        print(f"  MISSED: {problem}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
