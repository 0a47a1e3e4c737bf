"""Answers in the one error shape, given before any route is looked up."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from chat_app.domain.errors import ChatAppError


def error_body(error: ChatAppError) -> dict[str, Any]:
    """Give the JSON body that every error of the app has."""
    return {"error": {"code": error.code, "message": error.message, "details": error.details}}


async def refuse(error: ChatAppError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer an HTTP request or a websocket handshake with an error, and nothing else."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await JSONResponse(error_body(error), status_code=error.status)(scope, receive, send)
