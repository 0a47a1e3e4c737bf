"""A client that does not read what is sent to it, or floods the server with frames, is disconnected."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from urllib.parse import urlsplit

import anyio.to_thread
import pytest
from starlette.types import Receive, Scope, Send

from chat_app.settings.web import WebSettings
from tests.support.asgi_server import serve_asgi
from tests.support.raw_websocket import CONTINUATION, PING, TEXT, RawWebSocket, open_raw_websocket

CHUNK = 1_000_000
PATIENCE = 30
SETTINGS = WebSettings(response_stall_seconds=0.1, stop_seconds=1)

pytestmark = pytest.mark.anyio


class Flood:
    """An app that sends without end, until the connection is gone."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._wait_for_the_end(receive))
                await self._send(scope, send)
        except* OSError:
            self.ended.set()

    async def _wait_for_the_end(self, receive: Receive) -> None:
        while not (await receive())["type"].endswith("disconnect"):
            pass
        self.ended.set()

    async def _send(self, scope: Scope, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            headers = [(b"content-type", b"text/event-stream")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
        while not self.ended.is_set():
            if scope["type"] == "websocket":
                await send({"type": "websocket.send", "text": "x" * CHUNK})
            else:
                await send({"type": "http.response.body", "body": b"x" * CHUNK, "more_body": True})


class Idle:
    """An app that accepts a websocket and reads nothing."""

    def __init__(self) -> None:
        self.released = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "websocket.accept"})
        await self.released.wait()


async def test_a_websocket_that_does_not_read_is_disconnected() -> None:
    app = Flood()
    async with serve_asgi(app, settings=SETTINGS) as url, raw_websocket(url):
        await asyncio.wait_for(app.ended.wait(), PATIENCE)


async def test_an_event_stream_that_does_not_read_is_disconnected() -> None:
    app = Flood()
    async with serve_asgi(app, settings=SETTINGS) as url:
        host = urlsplit(url)
        with socket.create_connection((host.hostname, host.port)) as client:
            client.sendall(f"GET /v1/events HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode())
            await asyncio.wait_for(app.ended.wait(), PATIENCE)


@pytest.mark.parametrize(
    ("data", "kind", "last"),
    [
        pytest.param("3", TEXT, True, id="frames that nobody reads"),
        pytest.param(b"", CONTINUATION, False, id="fragments without an end"),
        pytest.param(b"x" * 125, PING, True, id="pings whose answers are not read"),
    ],
)
async def test_a_flood_of_frames_ends_the_websocket(data: str | bytes, kind: int, last: bool) -> None:
    app = Idle()
    async with serve_asgi(app, settings=WebSettings(stop_seconds=1)) as url, raw_websocket(url) as client:
        if kind == CONTINUATION:
            client.send(b"", last=False)
        await anyio.to_thread.run_sync(lambda: client.send_until_ended(data, kind=kind, last=last))
        app.released.set()


async def test_text_that_is_not_utf8_ends_the_websocket_and_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = Idle()
    with caplog.at_level(logging.WARNING):
        async with serve_asgi(app, settings=WebSettings(stop_seconds=1)) as url, raw_websocket(url) as client:
            await anyio.to_thread.run_sync(lambda: client.send_until_ended(b"\xff\xfe"))
            app.released.set()
    assert not caplog.records


@asynccontextmanager
async def raw_websocket(url: str) -> AsyncGenerator[RawWebSocket]:
    """Open a websocket in a thread, because the server is on the loop of the test."""
    with ExitStack() as stack:
        opening = open_raw_websocket(url, receive_buffer=4_096)
        yield await anyio.to_thread.run_sync(lambda: stack.enter_context(opening))
