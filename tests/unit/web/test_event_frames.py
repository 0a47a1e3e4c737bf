"""The event websocket accepts the frames of the page, and closes at any other frame without logging it."""

from __future__ import annotations

import json
import logging
from typing import Any

import anyio
import pytest
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY as FORM
from starlette.types import Message, Receive, Scope, Send

from chat_app.settings.web import WebSettings
from chat_app.web.event_frames import MAX_VALUES, POLICY_VIOLATION, EventFrameGuard, FrameCheck, FrameError
from chat_app.web.event_rules import EventRules
from tests.support.asgi import answer_with, call, make_scope
from tests.support.page_sockets import states_of_the_page

TOKEN = "2df1adc7-69af-44e5-9e5b-ce0e628e06b4"
RENAME = "reflex___state____state.chat_app___ui___session_actions___state____session_actions_state.rename"
INVITE = (
    "reflex___state____state.chat_app___ui___settings___state____settings_state."
    "chat_app___ui___settings___tabs___members_state____members_state.invite"
)
ROLE, DAYS = ["role", "admin"], ["days", "7"]
HYDRATE = "reflex___state____state.hydrate"
SETTINGS = WebSettings(max_address_characters=2_000)
RULES = EventRules()
EVENT: dict[str, Any] = {
    "name": RENAME,
    "payload": {"session_id": "ses_1", "title": "hello"},
    "router_data": {"pathname": "/chat/[agent]", "asPath": "/chat/a?b=c", "query": {"agent": "a"}},
}


def check_frame(message: Message) -> bool:
    return FrameCheck(RULES, max_address=SETTINGS.max_address_characters).check_frame(message)


@pytest.fixture(autouse=True, scope="module")
def states() -> None:
    """Load the states of the page, which register their events."""
    assert list(states_of_the_page())


def frame(text: str) -> Message:
    return {"type": "websocket.receive", "text": text}


def emit(*data: Any) -> Message:
    return frame(f"42/_event,{json.dumps(data)}")


def invite(*entries: Any, **others: Any) -> Message:
    """Return the event of a form with its names and values."""
    return emit("event", {"name": INVITE, "payload": {"form": {FORM: [*entries], **others}}})


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
        connect({"event": {"name": f"{HYDRATE}_and_load", "payload": {"hashes": ["0a1b2c"] * 50}}}),
        emit("event", {"name": HYDRATE}),
        emit("event", EVENT | {"payload": {"session_id": "ses_1", "title": "line\u2028 \u0000 😀 </script>"}}),
        emit("event", EVENT | {"event_actions": {"preventDefault": True, "debounce": 300}}),
        emit(
            "event",
            {"name": INVITE, "payload": {"form": {FORM: [["role", "admin"], ["days", "7"], ["set-role", "admin"]]}}},
        ),
        emit("event", EVENT | {"router_data": {"query": {"a": "b" * 1_900}, "asPath": "/" + "b" * 2_000}}),
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
        emit("event", EVENT | {"name": SECRET}),
        emit("event", EVENT | {"name": RENAME.replace("rename", "setvar"), "payload": {"var_name": "a", "value": 1}}),
        emit("event", EVENT | {"name": f"{HYDRATE}_and_load", "payload": {"vars": {"a": SECRET}}}),
        emit("event", EVENT | {"payload": {"session_id": "ses_1"}}),
        emit("event", EVENT | {"payload": {"session_id": "ses_1", "title": [SECRET]}}),
        emit("event", EVENT | {"payload": {"session_id": "ses_1", "title": SECRET * 1_000}}),
        emit("event", EVENT | {"payload": {"session_id": "ses_1", "title": "\ud800"}}),
        emit("event", EVENT | {"payload": {"session_id": "ses_1", "title": "a", "other": SECRET}}),
        emit("event", {"name": INVITE, "payload": {"form": {"role": SECRET, "days": "7"}}}),
        emit("event", {"name": INVITE, "payload": {"form": {"role": "admin", "days": "7", "other": SECRET}}}),
        invite(*[ROLE, DAYS] * 50),
        emit(
            "event",
            {"name": INVITE, "payload": {"form": {FORM: [["role", "admin"], ["days", "7"], ["a", SECRET * 999]]}}},
        ),
        invite(ROLE, DAYS, a=[]),
        invite(ROLE, DAYS, [["role"], "admin"]),
        invite(ROLE, DAYS, 7),
        invite(ROLE),
        emit("event", EVENT | {"other": SECRET}),
        emit("event", EVENT | {"event_actions": {"debounce": SECRET}}),
        emit("event", EVENT | {"event_actions": {str(number): 1 for number in range(20)}}),
        emit("event", EVENT | {"router_data": {"other": SECRET}}),
        emit("event", EVENT | {"router_data": {"query": {"a": 7}}}),
        emit("event", EVENT | {"router_data": {"query": {"a": SECRET * 1_000}}}),
        emit("event", EVENT | {"router_data": {"query": {SECRET * 1_000: "a"}}}),
        emit("event", EVENT | {"router_data": {"query": {str(number): "" for number in range(100)}}}),
        emit("event", EVENT | {"router_data": {"asPath": SECRET * 1_000}}),
        emit("client_error", {"error_type": [SECRET]} | {str(number): 1 for number in range(MAX_VALUES)}),
        emit("event", EVENT | {"name": f"a b\n{SECRET}"}),
        emit("event", EVENT | {"payload": None}),
        emit("event", EVENT | {"payload": [SECRET]}),
        emit("event", EVENT | {"router_data": SECRET}),
        emit("event", EVENT | {"router_data": {"pathname": 7}}),
        emit("event", EVENT | {"router_data": {"asPath": [SECRET]}}),
        emit("event", EVENT | {"router_data": {"asPath": "[" + SECRET}}),
        emit("event", EVENT | {"router_data": {"pathname": ""}}),
        emit("event", EVENT | {"router_data": {"query": SECRET}}),
        emit("ping", None),
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
        assert not check_frame(emit("client_error", report | {"error_type": [SECRET]}))
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
    await EventFrameGuard(app, settings=SETTINGS, rules=RULES)(scope, receive, send)


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
    answer = call(EventFrameGuard(answer_with(), settings=SETTINGS, rules=RULES), make_scope(path, kind="websocket"))
    assert (answer.status, answer.error_code) == (403, "forbidden")
