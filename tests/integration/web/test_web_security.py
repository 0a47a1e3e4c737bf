"""A real server under requests of other websites and hostile clients: it refuses them, and logs nothing they sent."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection

from tests.support.servers import TAB_TOKEN, RunningApp, find_log_errors, open_event_socket, start_app

EVIL = "http://evil.example"
SECRET = "chosen-by-the-sender"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with start_app(tmp_path_factory.mktemp("security") / "data") as app:
        yield app


@pytest.fixture(autouse=True)
def still_serves_and_logged_nothing(server: RunningApp) -> Iterator[None]:
    """After each test the server still responds, and its log contains nothing that the test sent."""
    yield
    assert httpx.get(f"{server.url}/v1/chat").status_code == 200
    assert server.process.poll() is None
    assert SECRET not in server.read_log()


def count_sessions(server: RunningApp) -> int:
    return len(httpx.get(f"{server.url}/v1/chat").json()["items"])


def read_code(answer: httpx.Response) -> str:
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    return answer.json()["error"]["code"]


@pytest.mark.parametrize("path", ["/", "/v1/chat", "/v1/events", "/healthz", "/nowhere", "/favicon.ico"])
def test_a_request_for_an_unknown_host_is_refused(server: RunningApp, path: str) -> None:
    answer = httpx.get(server.url + path, headers={"host": "evil.example"})
    assert (answer.status_code, read_code(answer)) == (403, "host_not_allowed")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/chat", "/v1/events", "/openapi.json", "/"])
def test_another_website_cannot_read(server: RunningApp, path: str, headers: dict[str, str]) -> None:
    answer = httpx.get(server.url + path, headers=headers)
    assert answer.status_code == 403
    assert set(answer.json()) == {"error"}


def test_another_website_cannot_write(server: RunningApp) -> None:
    before = count_sessions(server)
    headers = {"origin": EVIL, "content-type": "text/plain", "sec-fetch-site": "cross-site"}
    answer = httpx.post(f"{server.url}/v1/chat", headers=headers, content=b'{"agent_key": "x"}')
    assert (answer.status_code, read_code(answer)) == (403, "origin_not_allowed")
    assert count_sessions(server) == before


@pytest.mark.parametrize("origin", [EVIL, None])
def test_no_response_permits_cross_origin_reads(server: RunningApp, origin: str | None) -> None:
    headers = {"access-control-request-method": "POST", "origin": origin or server.url}
    for answer in (
        httpx.options(f"{server.url}/v1/chat", headers=headers),
        httpx.get(f"{server.url}/v1/chat", headers=headers),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_responses_do_not_identify_the_server_software(server: RunningApp) -> None:
    assert "server" not in httpx.get(server.url).headers


@pytest.mark.parametrize("origin", [EVIL, "null", "", "http://localhost:1"])
def test_another_website_cannot_open_the_event_socket(server: RunningApp, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        open_event_socket(server, origin=origin)
    assert refusal.value.response.status_code == 403
    assert b"origin_not_allowed" in refusal.value.response.body


def test_an_invalid_tab_token_cannot_open_the_event_socket(server: RunningApp) -> None:
    with pytest.raises(InvalidStatus):
        open_event_socket(server, token=SECRET)


def shake_hands(server: RunningApp, *, query: str, method: str = "GET", **changed: str) -> bytes:
    """Ask for the event websocket with a handshake of any form, and return what comes back."""
    headers = {
        "host": urlsplit(server.url).netloc,
        "origin": server.url,
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    lines = [f"{method} /_event/?{query} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return send_raw(server, "\r\n".join(lines).encode("latin-1"))


VALID_QUERY = f"token={TAB_TOKEN}&EIO=4&transport=websocket"


@pytest.mark.parametrize(
    "query",
    [
        f"token=&token={TAB_TOKEN}&EIO=4&transport=websocket",
        f"token={TAB_TOKEN}&token={TAB_TOKEN}&EIO=4&transport=websocket",
        f"token={TAB_TOKEN}&token&EIO=4&transport=websocket",
        "token=&EIO=4&transport=websocket",
        "",
        f"token={TAB_TOKEN}&EIO=x&transport=websocket",
        f"token={TAB_TOKEN}&EIO=4&transport=polling",
        f"token={TAB_TOKEN}&EIO=4&transport=websocket&sid={SECRET}",
        f"%ff=%ff&token=%00{TAB_TOKEN}",
    ],
)
def test_a_handshake_with_an_odd_query_is_refused_without_an_error(server: RunningApp, query: str) -> None:
    assert shake_hands(server, query=query)[9:12] in (b"400", b"403")
    assert find_log_errors(server.read_log()) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"x_long": "a" * 10_000},
        {f"x_{number}": "a" for number in range(300)},
        {"content_length": "5"},
        {"transfer_encoding": "chunked"},
        {"sec_websocket_key": "short"},
        {"sec_websocket_version": "12"},
        {"method": "POST"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_invalid_handshake_is_answered_and_its_connection_closed(
    server: RunningApp, changed: dict[str, str]
) -> None:
    assert shake_hands(server, query=VALID_QUERY, **changed)[9:10] == b"4"
    assert find_log_errors(server.read_log()) == []


def test_refused_websockets_of_another_website_are_not_logged(server: RunningApp) -> None:
    before = server.read_log()
    for _ in range(3):
        assert shake_hands(server, query=VALID_QUERY, origin=EVIL).startswith(b"HTTP/1.1 403")
    assert server.read_log() == before


@pytest.mark.parametrize(
    "path", ["/chat/" + "a" * 5_000, "/" + "a" * 300 + ".html", "/%00", "/%ff", "/a%0d%0ab", "//evil.example/", "/*"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_an_odd_path_is_no_error_of_the_server(server: RunningApp, method: str, path: str) -> None:
    answer = httpx.request(method, server.url + path, headers={"accept": "text/html"})
    assert answer.status_code < 500
    assert find_log_errors(server.read_log()) == []


def test_a_request_whose_client_leaves_before_its_body_is_complete_is_no_error(server: RunningApp) -> None:
    for path in ("/_event/?EIO=4&transport=polling", "/_upload", "/v1/chat", "/v1/auth/sign-in"):
        for method in ("GET", "POST"):
            host = urlsplit(server.url).netloc
            send_raw(server, f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nx".encode())
    assert find_log_errors(server.read_log()) == []


def test_repeated_garbage_is_logged_once(server: RunningApp) -> None:
    for _ in range(50):
        send_raw(server, b"\x00\r\n\r\n")
    assert server.read_log().count("handle_events") <= 2


def test_the_event_socket_has_no_polling_transport(server: RunningApp) -> None:
    answer = httpx.get(f"{server.url}/_event/?token={TAB_TOKEN}&EIO=4&transport=polling")
    assert answer.status_code in (400, 404)


def test_a_huge_body_is_refused_and_nothing_is_stored(server: RunningApp) -> None:
    before = count_sessions(server)
    huge = json.dumps({"agent_key": SECRET, "title": "x" * 2_000_000}).encode()
    announced = httpx.post(f"{server.url}/v1/chat", content=huge)
    assert (announced.status_code, read_code(announced)) == (413, "too_large")
    parts = (huge[start : start + 65_536] for start in range(0, len(huge), 65_536))
    chunked = httpx.post(f"{server.url}/v1/chat", content=parts)
    assert (chunked.status_code, read_code(chunked)) == (413, "too_large")
    assert count_sessions(server) == before


def send_raw(server: RunningApp, request: bytes) -> bytes:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as raw:
        raw.sendall(request)
        with suppress(OSError):  # The server may have closed the connection already; its response can still be read.
            raw.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: raw.recv(65_536), b""))


@pytest.mark.parametrize(
    "request_bytes",
    [
        SECRET.encode() + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: " + SECRET.encode() + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + SECRET.encode() + b"\r\n\r\n",
        b"POST /v1/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + SECRET.encode(),
        b"GET / HTTP/1.0\r\n\r\n",
    ],
    ids=lambda request: repr(request[:40]),
)
def test_a_malformed_request_is_a_bad_request(server: RunningApp, request_bytes: bytes) -> None:
    answer = send_raw(server, request_bytes)
    assert answer.startswith(b"HTTP/1.1 400")
    assert SECRET.encode() not in answer


def test_a_header_without_an_end_is_cut_off(server: RunningApp) -> None:
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + SECRET.encode() * 10_000
    try:
        answer = send_raw(server, request)
    except ConnectionError:
        # The server closed before all of it was sent.
        return
    assert answer[:12] in (b"", b"HTTP/1.1 400")


def make_hostile_frames(count: int) -> Iterator[str | bytes]:
    """Return frames that are malformed in each of their parts, and some well-formed unknown ones."""
    chance = random.Random(7)
    event: dict[str, Any] = {"name": "reflex___state____state.hydrate", "payload": {}, "router_data": {}}
    parts: list[Any] = [None, 7, "", SECRET, [], {}, [SECRET], {SECRET: SECRET}, "x" * 5_000, True, [event], event]
    for _ in range(count):
        wrong = event | {chance.choice(("name", "payload", "router_data", SECRET)): chance.choice(parts)}
        name = chance.choice(("event", "ping", "client_error", "connect", "disconnect", SECRET))
        yield chance.choice(
            [
                SECRET,
                SECRET.encode(),
                chance.choice("0123456789") + chance.choice(("", SECRET, "{", "[" * 3_000)),
                f"4{chance.randrange(10)}/_event,{json.dumps(chance.choice(parts))}",
                f"40/_event,{json.dumps({'event': wrong, 'state_schema': chance.choice(parts)})}",
                f"42/_event,{json.dumps([name, wrong])}",
                f"42/_event,{json.dumps([name, chance.choice(parts)])}",
                f"42/_event,{json.dumps(['event', event | {'name': f'{SECRET}.unknown'}])}",
                f"42/_event,{json.dumps(['client_error', {'error_type': SECRET, 'message': SECRET}])}",
                f"42/{SECRET},{json.dumps(['event', event])}",
            ]
        )


def test_hostile_frames_change_nothing_and_are_not_logged(server: RunningApp) -> None:
    before = count_sessions(server)
    frames = list(make_hostile_frames(1_000))
    while frames:
        with open_event_socket(server) as events:
            events.send('40/_event,{"state_schema":null}')
            try:
                # Until the server closes the socket, which it does at the first malformed frame.
                while frames:
                    events.send(frames.pop())
                    events.recv(timeout=0.02)
            except (TimeoutError, WebSocketException):
                continue
    assert count_sessions(server) == before


def send_and_read_to_the_end(events: ClientConnection, frame: str) -> None:
    events.send(frame)
    while True:
        events.recv(timeout=10)


def test_a_frame_over_the_limit_closes_the_socket(server: RunningApp) -> None:
    with open_event_socket(server) as events:
        events.recv()
        with pytest.raises(WebSocketException):
            send_and_read_to_the_end(events, "42/_event," + json.dumps(["event", {"name": SECRET * 100_000}]))
