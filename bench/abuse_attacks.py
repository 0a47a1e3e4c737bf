"""The attacks of `bench.abuse`: what strangers and signed-in people can send to harm a server, each at a bounded rate.

An attack runs until it is cancelled and counts what the server answered. Numbers and rates are small, so that a server
without a defence shows its growth and leaves the machine usable.
"""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

import httpx

from bench._attack_tools import (
    Attack,
    RawSocket,
    Tally,
    Target,
    browser,
    connection,
    fat_event,
    flood,
    head,
    hold_many,
    many,
    paced,
    post,
    raw_socket,
)
from chat_app.ui.transcript.state import TranscriptState
from tests.support.http_server import Reply, http_server
from tests.support.page_sockets import event

FAT = 900_000
"""Bytes of a large frame or body, below the limits of a frame and a body."""
PASSWORD = "not the right password"
NOBODY = "no-such-link-secret-no-such-link-secret"


def _event_of_the_transcript(name: str) -> str:
    return f"{TranscriptState.get_full_name()}.{name}"


async def half_heads(target: Target, tally: Tally) -> None:
    """Send the first half of a request's head and no more, on 300 connections."""
    whole = head(target, "GET", "/v1/auth")
    await hold_many(target, tally, number=300, per_second=50, sent=whole[: len(whole) // 2])


async def half_bodies(target: Target, tally: Tally) -> None:
    """Send half of a small body to an address without a login, on 300 connections."""
    body = b'{"email": "a@example.org", "password": "'
    sent = head(target, "POST", "/v1/auth/sign-in", length=2 * len(body), login=False) + body
    await hold_many(target, tally, number=300, per_second=50, sent=sent)


async def idle_connections(target: Target, tally: Tally) -> None:
    """Open 500 connections from one address and send nothing."""
    await hold_many(target, tally, number=500, per_second=100, sent=b"")


async def held_back_bodies(target: Target, tally: Tally) -> None:
    """Send bodies of 0.9 MB without their last byte, on 60 connections: half of them with a login, for a message."""
    body = b'{"content": "' + b"x" * FAT
    public = head(target, "POST", "/v1/auth/sign-in", length=len(body) + 1, login=False)
    message = head(target, "POST", f"/v1/chat/{target.session_id}/messages", length=len(body) + 1)
    async with asyncio.TaskGroup() as group:
        for first in (public, message):
            group.create_task(hold_many(target, tally, number=30, per_second=5, sent=first + body))


async def held_back_frames(target: Target, tally: Tally) -> None:
    """Send websocket frames of 0.9 MB without their last byte, on 40 sockets."""
    frame = fat_event(_event_of_the_transcript("jump"), payload=FAT)

    async def one() -> None:
        async with raw_socket(target, tally) as socket:
            await socket.send(frame, without=1)
            await socket.ended()
            tally.add("closed by the server")

    await many(40, one)


async def unfit_events(target: Target, tally: Tally) -> None:
    """Send events with 0.9 MB of payload that the handler does not take, four a second."""
    frame = fat_event(_event_of_the_transcript("jump"), payload=FAT)
    await many(2, lambda: _repeat(target, tally, frame, per_second=2))


async def fat_queries(target: Target, tally: Tally) -> None:
    """Send valid events with 0.9 MB in the query of the address, each in a new tab, two a second."""
    frame = fat_event(_event_of_the_transcript("ready"), query=FAT)
    await flood(lambda _: _visit(target, tally, frame), per_second=2)


async def new_tabs(target: Target, tally: Tally) -> None:
    """Open pages of new tabs and close them soon, five a second."""
    await flood(lambda _: _visit(target, tally), per_second=5)


async def _visit(target: Target, tally: Tally, frame: str = "") -> None:
    async with raw_socket(target, tally) as socket:
        if frame:
            await socket.send(frame)
        if await _ends_within(socket, seconds=1):
            tally.add("closed by the server")


async def deaf_sockets(target: Target, tally: Tally) -> None:
    """Ask for a window of long messages twenty times a second, on four sockets that never read."""
    frame = event(_event_of_the_transcript("jump"), session_id=target.session_id, message_id=target.message_id)
    await many(4, lambda: _repeat(target, tally, frame, per_second=20, buffered=1_024))


async def deaf_streams(target: Target, tally: Tally) -> None:
    """Follow a session with long messages from its first event, on 40 streams that never read."""
    request = head(target, "GET", f"/v1/chat/{target.session_id}/events?after=0")

    async def one() -> None:
        async with connection(target, buffered=1_024) as (_, writer):
            writer.write(request)
            tally.add("opened")
            # The transport notices the end of the connection although nothing is read.
            while not writer.transport.is_closing():
                await asyncio.sleep(0.5)
                writer.write(b"\r\n")
            tally.add("closed by the server")

    async with asyncio.TaskGroup() as group:
        group.create_task(many(40, one))
        group.create_task(_long_messages(target, tally, per_second=0.5))


async def unknown_keys(target: Target, tally: Tally) -> None:
    """Send bodies of 1 MB whose 55,000 keys no route knows, four a second."""
    body = {f"key-{number}": number for number in range(55_000)}
    async with browser(target, login=False) as client:
        await flood(lambda _: post(target, tally, client, "/v1/auth/sign-in", body), per_second=4)


async def bogus_links(target: Target, tally: Tally) -> None:
    """Join, reset and set up with secrets that do not exist, ten times a second."""
    person = {"secret": NOBODY, "name": "Nobody", "email": "nobody@example.org", "password": PASSWORD}
    bodies = [
        ("/v1/auth/join", person),
        ("/v1/auth/set-up", person),
        ("/v1/auth/reset", {"secret": NOBODY, "password": PASSWORD}),
    ]
    async with browser(target, login=False) as client:
        await flood(lambda number: post(target, tally, client, *bodies[number % len(bodies)]), per_second=10)


async def wrong_sign_ins(target: Target, tally: Tally) -> None:
    """Try passwords of an honest person from fifty addresses in turn, ten a second."""
    async with browser(target, login=False) as client:

        async def one(number: int) -> None:
            body = {"email": target.victim, "password": f"{PASSWORD} {number}"}
            await post(target, tally, client, "/v1/auth/sign-in", body, forwarded=f"203.0.113.{number % 50 + 1}")

        await flood(one, per_second=10)


async def password_guesses(target: Target, tally: Tally) -> None:
    """Guess the password of the own account, as the holder of a stolen cookie would, five times a second."""
    async with browser(target) as client:

        async def one(number: int) -> None:
            body = {"old": f"{PASSWORD} {number}", "new": "another quiet password"}
            await post(target, tally, client, "/v1/me/password", body)

        await flood(one, per_second=5)


async def bursts_of_rows(target: Target, tally: Tally) -> None:
    """Create sessions, invitations, tokens and workspaces as one person, twenty a second."""
    bodies: list[tuple[str, dict[str, object]]] = [
        ("/v1/chat", {"agent_key": target.echo, "title": "Burst"}),
        ("/v1/invitations", {"role": "viewer"}),
        ("/v1/tokens", {"name": "Burst", "scope": "read"}),
        ("/v1/workspaces", {"name": "Burst"}),
    ]
    async with browser(target) as client:

        async def one(number: int) -> None:
            path, body = bodies[number % len(bodies)]
            answer = await post(target, Tally(), client, path, body)
            tally.add(f"{path} {'no answer' if answer is None else answer.status_code}")

        await flood(one, per_second=20)


async def hostile_pages(target: Target, tally: Tally) -> None:
    """Let an agent fetch a page whose compressed text is followed by endless bytes, one after the other."""
    async with hostile_web_server(target.hostile_port), browser(target) as client:
        made = await client.post("/v1/chat", json={"agent_key": target.fetcher, "title": "Pages"})
        tally.add(made.status_code)
        async for _ in paced(0.5):
            if made.is_success:
                await post(target, tally, client, f"/v1/chat/{made.json()['id']}/messages", {"content": "fetch"})


@asynccontextmanager
async def hostile_web_server(port: int) -> AsyncGenerator[None]:
    """Serve a page that never ends, at up to 40 MB a second for each reader."""

    async def endless() -> AsyncIterator[bytes]:
        yield gzip.compress(b"A short text.")
        junk = random.Random(1).randbytes(1_000_000)
        while True:
            yield junk
            await asyncio.sleep(len(junk) / 40_000_000)

    headers = {"content-type": "text/plain", "content-encoding": "gzip"}
    # Every request needs a body of its own, which `http_server` takes from a list.
    replies = [Reply(headers=headers, body=endless()) for _ in range(500)]
    async with http_server({"/endless": replies}, port=port):
        yield


async def hostile_texts(target: Target, tally: Tally) -> None:
    """Send messages that are hard to show, one every two seconds."""
    texts = [
        "\N{RIGHT-TO-LEFT OVERRIDE}txet desrever",
        "Z" + "\N{COMBINING GRAVE ACCENT}" * 5_000,
        "[" * 20_000,
        ">" * 2_000 + " deep",
        "| a " * 2_000 + "|\n" + "|---" * 2_000 + "|",
        "$" * 20_000,
        "```mermaid\n" + "graph TD; a-->b;\n" * 2_000 + "```",
        "<img src=x onerror=alert(1)>" * 500,
        "\N{ZERO WIDTH JOINER}".join("👩" * 5_000),
        "x" * 100_000,
    ]
    async with browser(target) as client:
        made = await client.post("/v1/chat", json={"agent_key": target.echo, "title": "Texts"})
        tally.add(made.status_code)
        async for number in paced(0.5):
            if made.is_success:
                body = {"content": texts[number % len(texts)]}
                await post(target, tally, client, f"/v1/chat/{made.json()['id']}/messages", body)


async def other_origins(target: Target, tally: Tally) -> None:
    """Open event websockets from pages of other websites and without a login, twenty a second."""
    origins = ["https://elsewhere.example", f"http://localhost:{target.port + 1}", "null", ""]

    async def one(number: int) -> None:
        origin = origins[number % len(origins)]
        async with raw_socket(target, tally, origin=origin, cookie=None if origin else "", greet=False) as socket:
            if await _ends_within(socket, seconds=1):
                tally.add("closed by the server")

    await flood(one, per_second=20)


async def _repeat(target: Target, tally: Tally, frame: str, *, per_second: float, buffered: int = 65_536) -> None:
    """Send a frame again and again on a new socket, until the server closes it."""
    async with raw_socket(target, tally, buffered=buffered) as socket:
        reading = asyncio.create_task(socket.ended()) if buffered > 1_024 else None
        try:
            async for _ in paced(per_second):
                await socket.send(frame)
                tally.add("sent")
                if reading is not None and reading.done():
                    tally.add("closed by the server")
                    return
        finally:
            if reading is not None:
                reading.cancel()


async def _ends_within(socket: RawSocket, *, seconds: float) -> bool:
    """Read and drop what comes; return whether the server ended the connection within a time."""
    try:
        async with asyncio.timeout(seconds):
            await socket.ended()
    except TimeoutError:
        return False
    return True


async def _long_messages(target: Target, tally: Tally, *, per_second: float) -> None:
    async with browser(target) as client:
        async for _ in paced(per_second):
            await post(target, tally, client, f"/v1/chat/{target.session_id}/messages", {"content": "y" * 50_000})


ATTACKS: Mapping[str, Attack] = MappingProxyType(
    {
        each.__name__.replace("_", "-"): each
        for each in (
            half_heads,
            half_bodies,
            idle_connections,
            held_back_bodies,
            held_back_frames,
            unfit_events,
            fat_queries,
            new_tabs,
            deaf_sockets,
            deaf_streams,
            unknown_keys,
            bogus_links,
            wrong_sign_ins,
            password_guesses,
            bursts_of_rows,
            hostile_pages,
            hostile_texts,
            other_origins,
        )
    }
)
"""The attacks by the name of their kind on the command line."""


async def attack(kinds: list[str], target: Target, tallies: Mapping[str, Tally], *, seconds: float) -> None:
    """Run attacks at the same time for a number of seconds.

    Args:
        kinds: The names of the kinds.
        target: The server.
        tallies: Counts of what the server answered, by kind.
        seconds: Length of the attack.
    """
    tasks = [asyncio.create_task(_until_cancelled(ATTACKS[kind], target, tallies[kind])) for kind in kinds]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _until_cancelled(each: Attack, target: Target, tally: Tally) -> None:
    while True:
        try:
            await each(target, tally)
        except (OSError, TimeoutError, httpx.HTTPError, ExceptionGroup) as error:
            tally.add(type(error).__name__)
        await asyncio.sleep(0.5)
