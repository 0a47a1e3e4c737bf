"""Tools of the attacks in `bench.abuse_attacks`: their target, bounded rates, and connections that do not behave."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

import httpx

from tests.support.page_sockets import event, hello

ATTACKER_ADDRESS = "127.0.0.2"
"""The loopback address that attacks come from, so that limits of an address are not those of the honest people."""
ATTACKER_FORWARDED = "198.51.100.9"
"""The address of the attacks in X-Forwarded-For, of a range that is reserved for documentation."""
CONNECT_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an attack needs to know about the server.

    Args:
        port: The port of the server on this machine.
        cookie: The login of the attacker, who is an admin of the workspace.
        victim: The e-mail address of an honest person.
        session_id: A session of the attacker with long messages.
        message_id: The newest message in it.
        echo: Key of the agent that repeats messages.
        fetcher: Key of the agent that fetches a page of the hostile web server at each message.
        hostile_port: The port of that web server.
    """

    port: int
    cookie: str
    victim: str
    session_id: str
    message_id: str
    echo: str
    fetcher: str
    hostile_port: int

    @property
    def origin(self) -> str:
        """The origin of the server."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Tally:
    """Counts what the server answered.

    Args:
        seen: Numbers by outcome: a status, or what happened to a connection.
    """

    seen: Counter[str] = field(default_factory=Counter[str])

    def add(self, outcome: object) -> None:
        """Count one outcome."""
        self.seen[str(outcome)] += 1


Attack = Callable[[Target, Tally], Awaitable[None]]
"""Attacks until it is cancelled."""


async def paced(per_second: float) -> AsyncIterator[int]:
    """Yield numbers at most at this rate."""
    for number in count():
        yield number
        await asyncio.sleep(1 / per_second)


def head(
    target: Target, method: str, path: str, *, length: int | None = None, lines: Sequence[str] = (), login: bool = True
) -> bytes:
    """Return the head of a request.

    Args:
        target: The server.
        method: The method.
        path: The path with its query.
        length: The announced bytes of the body.
        lines: Further lines.
        login: Whether to send the login of the attacker.
    """
    all_lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{target.port}",
        f"Origin: {target.origin}",
        f"X-Forwarded-For: {ATTACKER_FORWARDED}",
        *([f"Cookie: chat_login={target.cookie}"] if login else []),
        *([f"Content-Type: application/json\r\nContent-Length: {length}"] if length is not None else []),
        *lines,
    ]
    return ("\r\n".join(all_lines) + "\r\n\r\n").encode()


@asynccontextmanager
async def connection(
    target: Target, *, buffered: int = 65_536
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection from the address of the attacks.

    Args:
        target: The server.
        buffered: Bytes that are read ahead; a small number makes a reader that does not read.
    """
    async with asyncio.timeout(CONNECT_SECONDS):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", target.port, local_addr=(ATTACKER_ADDRESS, 0), limit=buffered
        )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def hold_many(target: Target, tally: Tally, *, number: int, per_second: float, sent: bytes) -> None:
    """Keep a number of connections open that sent these bytes and no more; replace those that the server ends."""
    running: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as group:
        async for _ in paced(per_second):
            if len(running) < number:
                task = group.create_task(_hold(target, tally, sent))
                running.add(task)
                task.add_done_callback(running.discard)


async def _hold(target: Target, tally: Tally, sent: bytes) -> None:
    try:
        async with connection(target) as (reader, writer):
            tally.add("opened")
            writer.write(sent)
            line = await reader.readline()
            tally.add(line.split(b" ")[1].decode() if b" " in line else "closed by the server")
    except (OSError, TimeoutError):
        tally.add("refused or reset")


async def post(
    target: Target, tally: Tally, client: httpx.AsyncClient, path: str, body: object, *, forwarded: str = ""
) -> httpx.Response | None:
    """Send a body to a path, count the status and return the response, or None if there was none."""
    try:
        answer = await client.post(path, json=body, headers={"X-Forwarded-For": forwarded or ATTACKER_FORWARDED})
    except httpx.HTTPError as error:
        tally.add(type(error).__name__)
        return None
    tally.add(answer.status_code)
    return answer


@asynccontextmanager
async def browser(target: Target, *, login: bool = True) -> AsyncGenerator[httpx.AsyncClient]:
    """Open an HTTP client that sends what a browser of the attacker sends."""
    async with httpx.AsyncClient(
        base_url=target.origin,
        headers={"Origin": target.origin},
        cookies={"chat_login": target.cookie} if login else {},
        transport=httpx.AsyncHTTPTransport(local_address=ATTACKER_ADDRESS),
        timeout=30,
    ) as client:
        yield client


async def flood(one: Callable[[int], Awaitable[object]], *, per_second: float, at_once: int = 50) -> None:
    """Do something at a rate, without waiting for what is slow, but not more often at the same time than a number."""
    running: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as group:
        async for number in paced(per_second):
            if len(running) < at_once:
                task = group.create_task(_quietly(one(number)))
                running.add(task)
                task.add_done_callback(running.discard)


async def many(number: int, one: Callable[[], Awaitable[None]]) -> None:
    """Run an endless piece of an attack several times at once."""
    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(_forever(one))


async def _forever(one: Callable[[], Awaitable[None]]) -> None:
    while True:
        await _quietly(one())
        await asyncio.sleep(0.5)


async def _quietly(what: Awaitable[object]) -> None:
    """Wait for something that ends with an error when the server refuses it."""
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
        await what


class RawSocket:
    """An event websocket whose frames are written by hand.

    Args:
        reader: Reads what the server sends.
        writer: Writes to the server.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    async def send(self, text: str, *, without: int = 0) -> None:
        """Send a text frame, without its last bytes."""
        data = text.encode()
        # The mask is zero, which leaves the text as it is.
        frame = struct.pack("!BBQ", 0x81, 0xFF, len(data)) + bytes(4) + data
        self._writer.write(frame[: len(frame) - without])
        await self._writer.drain()

    async def ended(self) -> None:
        """Read and drop what the server sends until it ends the connection."""
        while await self.reader.read(65_536):
            pass


@asynccontextmanager
async def raw_socket(
    target: Target,
    tally: Tally,
    *,
    buffered: int = 65_536,
    origin: str = "",
    cookie: str | None = None,
    greet: bool = True,
) -> AsyncGenerator[RawSocket]:
    """Open an event websocket of a new tab and count the status of its handshake.

    Args:
        target: The server.
        tally: The counts.
        buffered: Bytes that are read ahead.
        origin: The origin; the server's own when empty.
        cookie: The login; the attacker's when None.
        greet: Whether to load the page's state, as a page does first.

    Raises:
        ConnectionError: The server did not accept the websocket.
    """
    key = base64.b64encode(os.urandom(16)).decode()
    login = target.cookie if cookie is None else cookie
    request = (
        f"GET /_event/?token={uuid4()}&EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
        f"Origin: {origin or target.origin}\r\nX-Forwarded-For: {ATTACKER_FORWARDED}\r\nCookie: chat_login={login}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    )
    async with connection(target, buffered=buffered) as (reader, writer):
        writer.write(request.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        status = answer.split(b" ")[1].decode()
        tally.add(status)
        if status != "101":
            raise ConnectionError(status)
        socket = RawSocket(reader, writer)
        if greet:
            await socket.send(hello())
        yield socket


def fat_event(name: str, *, payload: int = 0, query: int = 0) -> str:
    """Return an event of the page whose payload or whose address's query has this many bytes."""
    text = event(name, "/", **({"junk": "x" * payload} if payload else {}))
    if not query:
        return text
    prefix, _, body = text.partition(",")
    parsed = json.loads(body)
    parsed[1]["router_data"]["query"] = {"q": "x" * query}
    return f"{prefix},{json.dumps(parsed)}"
