"""Checks the frames that arrive at the event websocket, and closes it at the first malformed one.

The libraries behind it raise exceptions that repeat a malformed frame, keep them in memory and log them. Therefore each
frame is checked here against the few forms that the page sends: known events with the arguments of their handlers
(`event_rules.py`), and an address of a bounded size.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Set
from typing import Any, NoReturn, cast
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.domain.errors import Forbidden, NotFound
from chat_app.settings.web import WebSettings
from chat_app.web.errors import refuse
from chat_app.web.event_rules import EventRules
from chat_app.web.json_limit import count_values

logger = logging.getLogger(__name__)

EVENT_PATH = "/_event"
POLICY_VIOLATION = 1008

MAX_VALUES = 1_000
"""Objects, lists and their elements in a frame: several times what the first event has, with a value for each state."""

_TOKEN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_QUERY = {"EIO": ["4"], "transport": ["websocket"]}
_PONG, _CLOSE = "3", "1"
_MESSAGE = re.compile(rf"4([012]){EVENT_PATH},(.*)", re.DOTALL)
_CONNECT, _DISCONNECT = "0", "1"
_EVENT_FIELDS = frozenset({"name", "payload", "router_data", "event_actions"})
_ADDRESS_FIELDS = frozenset({"pathname", "asPath", "query"})
_MAX_PARAMETERS = 64
"""Parameters in an address: more than any page has."""
_MAX_ACTIONS = 8
"""Actions of the browser that an event may name: preventDefault, debounce and the like."""
_SCHEMA = re.compile(r"[0-9a-zA-Z]{0,128}")
_PAGE_ERRORS = frozenset({"dispatch_function_missing", "state_update_processing_error", "hydration_payload_too_large"})


class FrameError(ValueError):
    """A frame that the page does not send. The text never repeats the frame."""


class EventFrameGuard:
    """Closes an event websocket at the first frame that the page does not send.

    Args:
        app: The app with the event websocket.
        settings: The settings of the web server.
        rules: The events that a page may send.
    """

    def __init__(self, app: ASGIApp, *, settings: WebSettings, rules: EventRules) -> None:
        self._app = app
        self._check = FrameCheck(rules, max_address=settings.max_address_characters)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "websocket":
            if _is_event_path(scope):
                # The library behind it has another transport, over HTTP, which is switched off, and logs each attempt.
                await refuse(
                    NotFound("The event websocket has no other transport.", code="unknown_address"),
                    scope,
                    receive,
                    send,
                )
            else:
                await self._app(scope, receive, send)
        elif not _is_page_handshake(scope):
            await refuse(Forbidden("Only pages of this server can use the event websocket."), scope, receive, send)
        else:
            await self._guard(scope, receive, send)

    async def _guard(self, scope: Scope, receive: Receive, send: Send) -> None:
        closed = False

        async def checked_receive() -> Message:
            nonlocal closed
            while not closed:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                try:
                    if self._check.check_frame(message):
                        return message
                except FrameError as error:
                    closed = True
                    logger.info("closed an event websocket: %s", error)
                    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

        async def sending(message: Message) -> None:
            if not closed:
                await send(message)

        await self._app(scope, checked_receive, sending)


class FrameCheck:
    """Checks received messages.

    Args:
        rules: The events that a page may send.
        max_address: Characters of the address of a page, and of its parameters together.
    """

    def __init__(self, rules: EventRules, *, max_address: int) -> None:
        self._rules = rules
        self._max_address = max_address

    def check_frame(self, message: Message) -> bool:
        """Check one received message.

        Returns:
            Whether to pass the message to the app; error reports of the page are only logged.

        Raises:
            FrameError: The page does not send such a message.
        """
        text = message.get("text")
        if text is None:
            raise FrameError("binary frame")
        if text in (_PONG, _CLOSE):
            return True
        match = _MESSAGE.fullmatch(text)
        if match is None:
            raise FrameError("unknown kind of frame")
        kind, body = match.groups()
        if kind == _DISCONNECT:
            if body:
                raise FrameError("disconnect with a body")
            return True
        data = _decode(body)
        return self._check_connect(data) if kind == _CONNECT else self._check_emit(data)

    def _check_connect(self, data: Any) -> bool:
        auth = _fields(data, allowed={"event", "state_schema"})
        schema = auth.get("state_schema")
        if schema is not None and not (isinstance(schema, str) and _SCHEMA.fullmatch(schema)):
            raise FrameError("connect with a malformed schema")
        if "event" in auth:
            self._check_event(auth["event"])
        return True

    def _check_emit(self, data: Any) -> bool:
        if not isinstance(data, list):
            raise FrameError("event frame without a list")
        match cast("list[Any]", data):
            case ["ping"]:
                return True
            case ["event", event]:
                self._check_event(event)
                return True
            case ["client_error", report]:
                kind = _fields(report, allowed=None).get("error_type")
                known = isinstance(kind, str) and kind in _PAGE_ERRORS
                logger.warning("a page reported an error: %s", kind if known else "unknown kind")
                return False
            case _:
                raise FrameError("unknown event frame")

    def _check_event(self, data: Any) -> None:
        event = _fields(data, allowed=_EVENT_FIELDS)
        name = event.get("name")
        payload = _fields(event.get("payload", {}), allowed=None)
        if not isinstance(name, str) or not self._rules.allows(name, payload):
            raise FrameError("unknown event, or arguments that it does not have")
        self._check_address(_fields(event.get("router_data", {}), allowed=_ADDRESS_FIELDS))
        actions = _fields(event.get("event_actions", {}), allowed=None)
        if len(actions) > _MAX_ACTIONS or not all(isinstance(value, (bool, int, float)) for value in actions.values()):
            raise FrameError("event with malformed actions")

    def _check_address(self, address: dict[str, Any]) -> None:
        query = _fields(address.get("query", {}), allowed=None)
        if len(query) > _MAX_PARAMETERS:
            raise FrameError("address with too many parameters")
        paths = [address[key] for key in ("pathname", "asPath") if key in address]
        texts = [*paths, *query.values()]
        # What the framework appends to the host has to begin a path, or else the whole may be no address.
        if not all(isinstance(text, str) for text in texts) or not all(path.startswith("/") for path in paths):
            raise FrameError("event with a malformed address")
        # The same text is in the address, its path and its parameters.
        if sum(map(len, (*texts, *query))) > 3 * self._max_address:
            raise FrameError("event with a long address")


def _is_event_path(scope: Scope) -> bool:
    return scope["path"].rstrip("/") == EVENT_PATH


def _is_page_handshake(scope: Scope) -> bool:
    """Whether a handshake has the address and the query that the page sends: one tab token, and no other transport."""
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    tokens = query.pop("token", [])
    return _is_event_path(scope) and query == _QUERY and len(tokens) == 1 and bool(_TOKEN.fullmatch(tokens[0]))


def _decode(body: str) -> Any:
    def refuse_constant(_name: str) -> NoReturn:
        raise FrameError("not a number")

    if count_values(body.encode()) > MAX_VALUES:
        raise FrameError("too many values")
    try:
        return json.loads(body, parse_constant=refuse_constant)
    except FrameError:
        raise
    except (ValueError, RecursionError):
        raise FrameError("not JSON") from None


def _fields(data: Any, *, allowed: Set[str] | None) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise FrameError("an object is missing")
    fields = cast("dict[str, Any]", data)
    if allowed is not None and not fields.keys() <= allowed:
        raise FrameError("an unknown field")
    return fields
