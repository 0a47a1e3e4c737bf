"""Replies of model providers over HTTP, in the formats of the OpenAI and Anthropic interfaces."""

from __future__ import annotations

import json
from typing import Any

from chat_app.domain.agents import Agent
from tests.support.http_server import HttpServer, Reply

CHAT = "/v1/chat/completions"
MESSAGES = "/v1/messages"
STREAM = {"content-type": "text/event-stream"}


def an_agent(web: HttpServer, provider: str = "openai", **values: Any) -> Agent:
    """Return an agent whose provider is the local web server."""
    path = "" if provider == "anthropic" else "/v1"
    return Agent(key="ada", name="Ada", color="#b4552d", model=f"{provider}:m", base_url=web.url(path), **values)


def chunks(*texts: str, finish: str = "stop") -> bytes:
    """Return a streamed chat completion, with one chunk for each text."""
    deltas = [{"content": text} for text in texts]
    events: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    common = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    lines = [f"data: {json.dumps({**common, **event})}\n\n" for event in events]
    return ("".join(lines) + "data: [DONE]\n\n").encode()


def json_reply(status: int, body: object, **headers: str) -> Reply:
    """Return a reply with a JSON body."""
    return Reply(status=status, headers={"content-type": "application/json", **headers}, body=json.dumps(body).encode())


def openai_error(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    """Return an error in the format of OpenAI."""
    return json_reply(status, {"error": {"message": message, "type": "x", "code": code}}, **headers)


def anthropic_error(status: int, kind: str, message: str, **headers: str) -> Reply:
    """Return an error in the format of Anthropic."""
    return json_reply(status, {"type": "error", "error": {"type": kind, "message": message}}, **headers)
