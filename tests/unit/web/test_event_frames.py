"""The event websocket accepts the frames of the page, and closes at any other frame without logging it."""

from __future__ import annotations

import json
import logging
from typing import Any

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from chat_app.web.event_frames import POLICY_VIOLATION, EventFrameGuard, FrameError, check_frame
from tests.support.asgi import answer_with, call, make_scope

TOKEN = "2df1adc7-69af-44e5-9e5b-ce0e628e06b4"
EVENT: dict[str, Any] = {
    "name": "reflex___state____state.hydrate",
    "payload": {"text": "hello"},
    "router_data": {"pathname": "/chat/[agent]", "asPath": "/chat/a?b=c", "query": {"agent": "a"}},
}


def frame(text: str) -> Message:
    return {"type": "websocket.receive", "text": text}


def emit(*data: Any) -> Message:
    return frame(f"42/_event,{json.dumps(data)}")


def connect(auth: Any) -> Message:
    return frame(f"40/_event,{json.dumps(auth)}")


@pytest.mark.parametrize(
    "message",
    [
        frame("3"),
        frame("1"),
        frame("41/_event,"),
        connect({"event": EVENT, "state_schema": "0a1b2c"}),
        connect({}),
        emit("event", EVENT),
        emit("event", {"name": "a.b"}),
        emit("event", EVENT | {"payload": {"text": "line\u2028 \u0000 😀 </script>"}}),
        emit("ping"),
    ],
)
def test_frames_of_the_page_are_accepted(message: Message) -> None:
    assert check_frame(message)


SECRET = "chosen-by-the-sender"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "websocket.receive", "bytes": SECRET.encode()},
        {"type": "websocket.receive"},
        frame(""),
        frame(SECRET),
        frame("b" + SECRET),
        frame("2probe"),
        frame("5"),
        frame("40,{}"),
        frame("40/admin,{}"),
        frame("40/_event,"),
        frame(f"41/_event,{SECRET}"),
        frame('43/_event,1["a"]'),
        frame(f'451-/_event,["event",{{"_placeholder":true,"num":0}},"{SECRET}"]'),
        frame('42/_event,7["event",{}]'),
        frame("42/_event,{"),
        frame("42/_event," + "[" * 100_000),
        frame("42/_event," + "9" * 10_000),
        frame('42/_event,["event",{"name":"a","payload":{"n":NaN}}]'),
        emit(),
        emit("event"),
        emit("event", EVENT, EVENT),
        emit("event", SECRET),
        emit("event", [EVENT]),
        emit("event", {"payload": {}}),
        emit("event", EVENT | {"name": 7}),
        emit("event", EVENT | {"name": "a" * 513}),
        emit("event", EVENT | {"name": f"a b\n{SECRET}"}),
        emit("event", EVENT | {"payload": None}),
        emit("event", EVENT | {"payload": [SECRET]}),
        emit("event", EVENT | {"router_data": SECRET}),
        emit("event", EVENT | {"router_data": {"pathname": 7}}),
        emit("event", EVENT | {"router_data": {"asPath": [SECRET]}}),
        emit("event", EVENT | {"router_data": {"query": SECRET}}),
        emit("connect", EVENT),
        emit("disconnect"),
        emit(SECRET, EVENT),
        emit("client_error", SECRET),
        emit(7),
        connect(SECRET),
        connect([EVENT]),
        connect({"event": SECRET}),
        connect({"event": EVENT, "admin": True}),
        connect({"state_schema": {"a": SECRET}}),
        connect({"state_schema": SECRET * 100}),
    ],
    ids=lambda message: str(message)[:60],
)
def test_any_other_frame_is_refused_and_not_repeated_in_the_error(message: Message) -> None:
    with pytest.raises(FrameError) as refusal:
        check_frame(message)
    assert SECRET not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_client_error_report_cannot_write_its_text_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    report = {"error_type": SECRET, "message": SECRET, "substate": SECRET}
    with caplog.at_level(logging.DEBUG):
        assert not check_frame(emit("client_error", report))
        assert not check_frame(emit("client_error", report | {"error_type": "dispatch_function_missing"}))
    assert SECRET not in caplog.text
    assert "dispatch_function_missing" in caplog.text


async def _talk(messages: list[Message], *, seen: list[Message], sent: list[Message]) -> None:
    """Send messages through the guard to an app that reads until the connection ends and then writes."""

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        while not seen or seen[-1]["type"] != "websocket.disconnect":
            seen.append(await receive())
        await send({"type": "websocket.send", "text": "late"})

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = make_scope(f"/_event/?token={TOKEN}&EIO=4&transport=websocket", kind="websocket")
    await EventFrameGuard(app)(scope, receive, send)


def test_the_first_invalid_frame_closes_the_websocket_and_no_later_frame_is_read() -> None:
    seen: list[Message] = []
    sent: list[Message] = []
    messages = [frame("3"), frame(SECRET), emit("event", EVENT)]
    anyio.run(lambda: _talk(messages, seen=seen, sent=sent))
    assert [message["type"] for message in seen] == ["websocket.receive", "websocket.disconnect"]
    assert sent == [{"type": "websocket.close", "code": POLICY_VIOLATION}]
    assert len(messages) == 1, "nothing is read after the bad frame"


@pytest.mark.parametrize(
    "path",
    [
        "/_event/",
        "/_event/?token=&EIO=4&transport=websocket",
        f"/_event/?token=&token={TOKEN}&EIO=4&transport=websocket",
        f"/_event/?token={TOKEN}&EIO=4&transport=polling",
        f"/_event/?token={TOKEN}&EIO=4&transport=websocket&sid=x",
        f"/_event/?token={TOKEN}&EIO=4&EIO=4&transport=websocket",
        f"/_event/?token={TOKEN}",
        "/_event/?token=../../etc",
        f"/_event/?token={TOKEN}x",
        f"/_event/?token={TOKEN}&token={TOKEN}",
        f"/elsewhere?token={TOKEN}",
    ],
)
def test_a_websocket_without_the_token_of_a_tab_is_refused(path: str) -> None:
    answer = call(EventFrameGuard(answer_with()), make_scope(path, kind="websocket"))
    assert (answer.status, answer.error_code) == (403, "forbidden")
