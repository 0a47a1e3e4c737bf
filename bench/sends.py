"""Sends messages over connections that break, retries until each is acknowledged, and counts the stored messages.

    python -m bench.sends [--sends 500] [--seed N] [--port PORT]

A connection is cut before the request, within its body, or before the answer is read; some attempts succeed. All
attempts of a message have the same Idempotency-Key. At the end each message must be stored once, with one turn. The
exit status is 1 when a check fails.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench._restartable import Client, free_port, launcher, wait_for, write_agents

SENDERS = 8
"""Number of concurrent clients, each with its own sessions."""
SENDS_PER_SESSION = 5
CUTS = ("before the request", "in its middle", "before the answer")
CUT_SHARE = 0.6
"""Share of the retries that are cut as well."""


@dataclass
class Sending:
    """A message that is being sent.

    Args:
        session_id: The session.
        text: The message.
        key: The idempotency key.
        cuts: How its connections were cut, in order.
        acknowledged: The ids of message and turn in each answer.
    """

    session_id: str
    text: str
    key: str
    cuts: list[str] = field(default_factory=list[str])
    acknowledged: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def run(port: int, *, sends: int, chance: random.Random) -> tuple[list[Sending], list[str]]:
    """Send messages through broken connections.

    Args:
        port: The port of the server.
        sends: Number of messages.
        chance: Chooses where the connections are cut.

    Returns:
        The messages, and the violations found afterwards.
    """
    with Client(port) as client:
        return _run(client, port, sends=sends, chance=chance)


def _run(client: Client, port: int, *, sends: int, chance: random.Random) -> tuple[list[Sending], list[str]]:
    session_ids = [client.new_session() for _ in range(-(-sends // SENDS_PER_SESSION))]
    sendings = [
        Sending(session_ids[number // SENDS_PER_SESSION], f"message {number}", f"key-{number}")
        for number in range(sends)
    ]
    first_cuts = [CUTS[number % len(CUTS)] for number in range(sends)]
    seeds = [chance.random() for _ in range(sends)]
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(lambda *each: _send(port, *each), sendings, first_cuts, seeds))
    for session_id in session_ids:
        wait_for(lambda each=session_id: _is_quiet(client, each), what=f"the turns of {session_id} end")
    return sendings, [problem for each in session_ids for problem in _problems(client, each, sendings)]


def _send(port: int, sending: Sending, first_cut: str, seed: float) -> None:
    """Send until the message is acknowledged, and once more."""
    chance = random.Random(seed)
    cut: str | None = first_cut
    while cut is not None:
        sending.cuts.append(cut)
        _send_cut(port, sending, cut)
        cut = chance.choice(CUTS) if chance.random() < CUT_SHARE else None
    with Client(port) as client:
        for _ in range(2):
            answer = client.send(sending.session_id, sending.text, key=sending.key)
            sending.acknowledged.append((answer["message"]["id"], answer["turn"]["id"]))


def _send_cut(port: int, sending: Sending, cut: str) -> None:
    body = json.dumps({"content": sending.text}).encode()
    head = (
        f"POST /v1/chat/{sending.session_id}/messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {sending.key}\r\n\r\n"
    ).encode()
    request = {CUTS[0]: b"", CUTS[1]: head + body[: len(body) // 2], CUTS[2]: head + body}[cut]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)


def _is_quiet(client: Client, session_id: str) -> bool:
    turns = client.snapshot(session_id)["turns"]
    return all(turn["status"] not in ("queued", "running") for turn in turns)


def _problems(client: Client, session_id: str, sendings: Sequence[Sending]) -> Iterator[str]:
    session = client.snapshot(session_id)
    stored = Counter(message["content"] for message in session["messages"]["items"] if message["role"] == "user")
    answered = Counter(turn["user_message_id"] for turn in session["turns"])
    for sending in sendings:
        if sending.session_id != session_id:
            continue
        if stored.pop(sending.text, 0) != 1:
            yield f"'{sending.text}' is not stored once"
        if len(set(sending.acknowledged)) != 1:
            yield f"'{sending.text}' got different answers"
        if answered.pop(sending.acknowledged[0][0], 0) != 1:
            yield f"'{sending.text}' has not one turn"
    if stored or answered:
        yield f"{session_id} holds what nobody sent"
    ends = {turn["status"] for turn in session["turns"]}
    if ends != {"completed"}:
        yield f"{session_id} has turns that ended {ends}"


def main() -> None:
    """Run the benchmark; the exit status is 1 when a check fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sends", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    options = parser.parse_args()
    port = options.port or free_port()
    with tempfile.TemporaryDirectory() as folder, launcher() as servers:
        write_agents(Path(folder), model="scripted:echo")
        servers.start(Path(folder), port)
        began = time.monotonic()
        sendings, problems = run(port, sends=options.sends, chance=random.Random(options.seed))
        seconds = time.monotonic() - began
        servers.stop()
    cuts = Counter(cut for sending in sendings for cut in sending.cuts)
    tries = [len(sending.cuts) + 1 for sending in sendings]
    print(f"{len(sendings)} messages, {statistics.mean(tries):.1f} tries each until acknowledged, {seconds:.0f} s")
    print("cut " + ", ".join(f"{cut}: {cuts[cut]}" for cut in CUTS))
    print(f"wrong: {len(problems)}")
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
