"""The honest people of `bench.abuse`: sessions that stream all the time, and visitors who sign in and open pages.

Each session is followed over server-sent events, and what its reader saw is compared with a fresh answer of the server
at the end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from uuid import uuid4

import httpx
from httpx_sse import aconnect_sse
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench._kill_checks import transcript_of
from chat_app.domain.events import LAST_OF_A_TURN, ChatEvent, PartDelta, PartStarted, TurnCompleted
from chat_app.domain.transcript import Gap, Transcript, apply_event
from tests.support.page_sockets import hello

WORD = "token123 "
"""Every token has the same length, so that an offset gives the number of tokens before it."""
AGENT = "bench"
PASSWORD = "a few quiet words"
PATIENCE = 60.0
"""Time limit in seconds of a request; a person would have given up long before."""
VISIT_SECONDS = 3.0
"""Seconds between two visitors."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person with an account.

    Args:
        email: The e-mail address.
        cookie: The login of a browser.
        address: The network address of this browser, as the proxy in front of the server reports it.
    """

    email: str
    cookie: str
    address: str

    @asynccontextmanager
    async def browser(self, url: str) -> AsyncGenerator[httpx.AsyncClient]:
        """Open an HTTP client that is signed in."""
        async with httpx.AsyncClient(
            base_url=url,
            timeout=PATIENCE,
            headers={"Origin": url, "X-Forwarded-For": self.address},
            cookies={"chat_login": self.cookie},
            # The server ends idle connections after five seconds; a request must not meet that moment.
            limits=httpx.Limits(max_connections=None, keepalive_expiry=2),
        ) as client:
            yield client


@dataclass
class Experience:
    """What the honest people experienced.

    Args:
        lags: The moment of each token's arrival, and its delay in milliseconds.
        visits: The moment of each successful step of a visitor, its name and its seconds.
        failures: The moment and the description of each thing that an honest person could not do.
        reconnects: Number of streams that broke and were resumed.
        answers: Number of complete answers.
        lost: Descriptions of what was missing or different at the end.
    """

    lags: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    visits: list[tuple[float, str, float]] = field(default_factory=list[tuple[float, str, float]])
    failures: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    reconnects: int = 0
    answers: int = 0
    lost: list[str] = field(default_factory=list[str])

    def fail(self, what: str) -> None:
        """Record a failure."""
        self.failures.append((time.time(), what))


class Reader:
    """A session in which one answer after the other streams, and its reader.

    Args:
        client: A client of its owner.
        session_id: The session.
        tokens: Number of tokens of each answer.
        rate: Tokens a second.
        experience: Receives what happens.
    """

    def __init__(
        self, client: httpx.AsyncClient, session_id: str, *, tokens: int, rate: float, experience: Experience
    ) -> None:
        self._client = client
        self._session_id = session_id
        self._text = WORD * tokens
        self._rate = rate
        self._experience = experience
        self._began = 0.0
        self._transcript: Transcript | None = None
        self.following = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Send messages until asked to stop, then wait for the last answer and check everything."""
        self._transcript = await self._snapshot()
        events = self._events()
        for number in count():
            if stop.is_set():
                break
            await self._send(f"{self._session_id}-{number}")
            async for event in events:
                self._measure(event)
                self._apply(event)
                if event.type in LAST_OF_A_TURN:
                    if not isinstance(event.data, TurnCompleted):
                        self._experience.lost.append(f"an answer of {self._session_id} ended with {event.type}")
                    break
            self._experience.answers += 1
        await events.aclose()
        await self._check()

    async def _send(self, key: str) -> None:
        path = f"/v1/chat/{self._session_id}/messages"
        while True:
            try:
                answer = await self._client.post(path, json={"content": "go"}, headers={"Idempotency-Key": key})
            except httpx.HTTPError as error:
                self._experience.fail(f"send: {type(error).__name__}")
            else:
                if answer.is_success:
                    return
                self._experience.fail(f"send: {answer.status_code}")
            await asyncio.sleep(1)

    async def _events(self) -> AsyncGenerator[ChatEvent]:
        """Yield the events after the snapshot; resume when the stream breaks."""
        while True:
            assert self._transcript is not None
            headers = {"Last-Event-ID": str(self._transcript.cursor)}
            path = f"/v1/chat/{self._session_id}/events"
            try:
                async with aconnect_sse(self._client, "GET", path, headers=headers) as source:
                    source.response.raise_for_status()
                    self.following.set()
                    async for frame in source.aiter_sse():
                        if frame.data:
                            yield ChatEvent.model_validate_json(frame.data)
            except httpx.HTTPError as error:
                self._experience.fail(f"stream: {type(error).__name__}")
                await asyncio.sleep(1)
            self._experience.reconnects += 1

    def _measure(self, event: ChatEvent) -> None:
        if isinstance(event.data, PartStarted):
            self._began = event.data.part.started_at.timestamp()
        elif isinstance(event.data, PartDelta):
            now = time.time()
            # The model puts the space before a word, so that the first token is shorter than the others.
            first = -(-event.data.offset // len(WORD))
            last = first + len(event.data.text) // len(WORD)
            self._experience.lags += [(now, (now - self._began - at / self._rate) * 1_000) for at in range(first, last)]

    def _apply(self, event: ChatEvent) -> None:
        assert self._transcript is not None
        try:
            self._transcript = apply_event(self._transcript, event)
        except Gap as gap:
            self._experience.lost.append(f"a reader of {self._session_id} had a gap: {gap}")

    async def _snapshot(self) -> Transcript:
        while True:
            try:
                answer = await self._client.get(f"/v1/chat/{self._session_id}", params={"limit": 200})
                return transcript_of(answer.raise_for_status().json())
            except httpx.HTTPError as error:
                self._experience.fail(f"read: {type(error).__name__}")
            await asyncio.sleep(1)

    async def _check(self) -> None:
        seen, fresh = self._transcript, await self._snapshot()
        assert seen is not None
        answers = [message.content for message in fresh.messages if message.role == "assistant"]
        # The script's text ends with a space, which the model does not send.
        if any(answer.strip() != self._text.strip() for answer in answers):
            self._experience.lost.append(f"an answer of {self._session_id} is not complete")
        if seen.messages[-len(fresh.messages) :] != fresh.messages or seen.cursor != fresh.cursor:
            self._experience.lost.append(f"the reader of {self._session_id} saw something else than the server has")


async def visit(url: str, people: Sequence[Person], experience: Experience, stop: asyncio.Event) -> None:
    """Let people sign in, list their sessions and open a page, one after the other, until asked to stop."""
    for person in cycle(people):
        if stop.is_set():
            return
        for what, step in (("sign-in", _sign_in), ("list", _list), ("page", _open_page)):
            began = time.time()
            try:
                async with asyncio.timeout(PATIENCE):
                    problem = await step(url, person)
            except (httpx.HTTPError, OSError, TimeoutError, WebSocketException) as error:
                problem = type(error).__name__
            if problem:
                experience.fail(f"{what}: {problem}")
            else:
                experience.visits.append((time.time(), what, time.time() - began))
        await asyncio.sleep(VISIT_SECONDS)


async def _sign_in(url: str, person: Person) -> str:
    headers = {"Origin": url, "X-Forwarded-For": person.address}
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, headers=headers) as client:
        answer = await client.post("/v1/auth/sign-in", json={"email": person.email, "password": PASSWORD})
    return "" if answer.is_success else str(answer.status_code)


async def _list(url: str, person: Person) -> str:
    async with person.browser(url) as client:
        answer = await client.get("/v1/chat")
    return "" if answer.is_success else str(answer.status_code)


async def _open_page(url: str, person: Person) -> str:
    address = f"{url.replace('http', 'ws', 1)}/_event/?token={uuid4()}&EIO=4&transport=websocket"
    headers = {"Origin": url, "X-Forwarded-For": person.address, "Cookie": f"chat_login={person.cookie}"}
    async with connect(address, additional_headers=headers, compression=None, open_timeout=PATIENCE) as socket:
        await socket.send(hello())
        # The greeting of the protocol, the acknowledged connection, and the state of the page.
        for _ in range(3):
            await socket.recv()
    return ""
