"""Calls an ASGI app in-process, for tests of middleware."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Answer:
    """The answer of an app to one request."""

    status: int = 0
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def error_code(self) -> str:
        """The code of the error; fails when the answer is not in the common format of errors."""
        error = json.loads(self.body)["error"]
        assert set(error) == {"code", "message", "details"}
        return error["code"]


def make_scope(path: str = "/", *, kind: str = "http", method: str = "GET", **headers: str) -> Scope:
    """Return the scope of a request to `localhost:8000`; underscores in names of headers become hyphens."""
    named = {"host": "localhost:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    path, _, query = path.partition("?")
    return {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items() if value],
        "extensions": {"websocket.http.response": {}},
    }


def call(app: ASGIApp, scope: Scope, *, body: Sequence[bytes] = (b"",)) -> Answer:
    """Return the answer of an app to one request.

    Args:
        app: The app.
        scope: The request.
        body: The chunks in which its body arrives.
    """
    return anyio.run(_call, app, scope, body)


async def call_async(app: ASGIApp, scope: Scope, *, body: Sequence[bytes] = (b"",)) -> Answer:
    """Return the answer of an app to one request, in a running event loop."""
    return await _call(app, scope, body)


async def _call(app: ASGIApp, scope: Scope, body: Sequence[bytes]) -> Answer:
    answer = Answer()
    parts = list(body)

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Message) -> None:
        if message["type"].endswith("response.start"):
            answer.status, answer.headers = message["status"], Headers(raw=message["headers"])
        answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


def answer_with(status: int = 200, **headers: str) -> ASGIApp:
    """Return an app that reads each request to its end and gives the same answer to all."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        message: dict[str, Any] = {"more_body": True}
        while message.get("more_body"):
            message = dict(await receive())
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b""})

    return app
