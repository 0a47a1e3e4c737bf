"""Error responses of the middleware, in the same format as those of the REST API."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from chat_app.domain.errors import ChatAppError


def error_body(error: ChatAppError) -> dict[str, Any]:
    """Return the JSON body of an error response."""
    return {"error": {"code": error.code, "message": error.message, "details": error.details}}


async def refuse(error: ChatAppError, scope: Scope, receive: Receive, send: Send) -> None:
    """Respond to an HTTP request or a websocket handshake with an error."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await JSONResponse(error_body(error), status_code=error.status)(scope, receive, send)
