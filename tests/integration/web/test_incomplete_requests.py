"""Connections without a complete request are ended in time, and keep nobody out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from chat_app.settings.web import WebSettings
from chat_app.web.request_body import IncompleteBody, receive_body
from tests.support.asgi_server import serve_asgi
from tests.support.raw_connections import RawConnection, connect_raw, wait_for, write_head

pytestmark = pytest.mark.anyio

SHORT = 0.05
"""Seconds of a deadline that a test waits for."""
LONG = 600.0
"""Seconds of a deadline that must not decide a test."""


class Recorder:
    """An app that receives whole bodies, and answers a few paths in its own way."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.aborted = 0
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/refuse":
            await self._answer(send, 413)
            return
        self.waiting += 1
        try:
            self.bodies.append(await receive_body(receive))
        except IncompleteBody:
            self.aborted += 1
            return
        if scope["path"] == "/huge":
            await self._answer(send, 200, b"x" * 50_000_000)
            self.aborted += 1
            return
        await self._answer(send, 200, b"{}")

    async def _answer(self, send: Send, status: int, body: bytes = b"") -> None:
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for start in range(0, len(body), 65_536):
            await send(
                {"type": "http.response.body", "body": body[start : start + 65_536], "more_body": True},
            )
        await send({"type": "http.response.body", "body": b""})


def make_settings(**changed: float) -> WebSettings:
    times = {f"request_{part}_seconds": LONG for part in ("head", "body", "stall")}
    return WebSettings(**{"stop_seconds": 5.0, "response_stall_seconds": LONG, **times, **changed})  # pyright: ignore[reportArgumentType]


@pytest.fixture
def app() -> Recorder:
    return Recorder()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as exits:
        yield exits


async def open_many(stack: AsyncExitStack, url: str, count: int, data: bytes) -> list[RawConnection]:
    opened = [await stack.enter_async_context(connect_raw(url)) for _ in range(count)]
    for connection in opened:
        await connection.send(data)
    return opened


async def test_a_connection_that_sends_nothing_is_closed_without_a_response(app: Recorder) -> None:
    async with serve_asgi(app, make_settings(request_head_seconds=SHORT)) as url, connect_raw(url) as silent:
        assert await silent.read_to_the_end() == b""


async def test_a_head_that_does_not_end_is_a_timeout(app: Recorder) -> None:
    async with serve_asgi(app, make_settings(request_head_seconds=SHORT)) as url, connect_raw(url) as slow:
        await slow.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        assert (await slow.read_response())[1]["error"]["code"] == "request_timeout"
        assert await slow.read_to_the_end() == b""


async def test_a_second_head_that_does_not_end_is_a_timeout_too(app: Recorder) -> None:
    async with serve_asgi(app, make_settings(request_head_seconds=SHORT)) as url, connect_raw(url) as slow:
        await slow.send(write_head(url, "GET", "/") + b"GET / HT")
        assert (await slow.read_response())[0] == 200
        assert (await slow.read_response())[0] == 408


@pytest.mark.parametrize("limit", ["request_body_seconds", "request_stall_seconds"])
@pytest.mark.parametrize("begin", [b"", b"{"])
async def test_a_body_that_does_not_end_is_a_timeout_and_its_request_is_not_executed(
    app: Recorder, limit: str, begin: bytes
) -> None:
    async with serve_asgi(app, make_settings(**{limit: SHORT})) as url, connect_raw(url) as slow:
        await slow.send(write_head(url, "POST", "/", length=100) + begin)
        assert (await slow.read_response())[0] == 408
        await wait_for(lambda: app.aborted == 1)
    assert app.bodies == []


async def test_a_body_that_trickles_is_a_timeout(app: Recorder) -> None:
    async with serve_asgi(app, make_settings(request_body_seconds=0.5)) as url, connect_raw(url) as slow:
        await slow.send(write_head(url, "POST", "/", length=1_000_000))
        answered = asyncio.ensure_future(slow.read_response())
        while not answered.done():
            await slow.send(b"x")
            await asyncio.wait([answered], timeout=0.01)
        assert answered.result()[0] == 408


async def test_a_body_that_continues_after_the_response_does_not_keep_the_connection(
    app: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat_app.web.protocols.LINGER_SECONDS", SHORT)
    async with serve_asgi(app, make_settings()) as url, connect_raw(url) as slow:
        await slow.send(write_head(url, "POST", "/refuse", length=1_000_000) + b"x")
        assert (await slow.read_response())[0] == 413
        await slow.send(b"x")
        assert await slow.read_to_the_end() == b""


async def test_a_client_that_does_not_take_its_response_is_cut_off(app: Recorder) -> None:
    async with serve_asgi(app, make_settings(response_stall_seconds=SHORT)) as url, connect_raw(url) as deaf:
        await deaf.send(write_head(url, "GET", "/huge"))
        await wait_for(lambda: app.aborted == 1)


async def test_complete_requests_and_kept_connections_are_answered(app: Recorder) -> None:
    async with serve_asgi(app, make_settings()) as url, connect_raw(url) as kept:
        for number in range(3):
            body = f'{{"a": {number}}}'.encode()
            await kept.send(write_head(url, "POST", "/", length=len(body)) + body[:3])
            await wait_for(lambda seen=number: app.waiting == seen + 1)
            await kept.send(body[3:])
            assert (await kept.read_response())[0] == 200
    assert app.bodies == [b'{"a": 0}', b'{"a": 1}', b'{"a": 2}']


@pytest.mark.parametrize("part", ["nothing", "head", "body"])
async def test_connections_without_a_request_keep_nobody_out(
    app: Recorder, stack: AsyncExitStack, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    settings = make_settings(max_connections=20, max_connections_address=10)
    async with serve_asgi(app, settings) as url:
        sent = {
            "nothing": b"",
            "head": b"GET / HTTP/1.1\r\nHost: localhost\r\n",
            "body": write_head(url, "POST", "/", length=9) + b"x",
        }
        await open_many(stack, url, 50, sent[part])
        async with httpx.AsyncClient() as honest:
            assert (await honest.get(url)).status_code == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_more_open_requests_than_the_bound_are_refused_with_a_response(
    app: Recorder, stack: AsyncExitStack
) -> None:
    async with serve_asgi(app, make_settings(max_connections=20, max_connections_address=10)) as url:
        await open_many(stack, url, 10, write_head(url, "GET", "/huge"))
        await wait_for(lambda: app.waiting == 10)
        async with connect_raw(url) as late:
            assert (await late.read_response())[1]["error"]["code"] == "too_many_connections"


async def test_a_stopping_server_does_not_wait_for_incomplete_requests(
    app: Recorder, stack: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve_asgi(app, make_settings(stop_seconds=LONG)) as url:
        held = await open_many(stack, url, 1, write_head(url, "POST", "/", length=9) + b"x")
        await open_many(stack, url, 1, b"GET / HT")
        await wait_for(lambda: app.waiting == 1)
    assert (await held[0].read_response())[0] == 408
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
