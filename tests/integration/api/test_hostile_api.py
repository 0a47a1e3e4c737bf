"""The REST API under hostile input: it matches its OpenAPI description, and refused requests change nothing."""

from __future__ import annotations

import base64
import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.support.agents import ECHO, write_agents
from tests.support.described_api import DESCRIPTION, STREAMS, assert_error, find_inapplicable_checks
from tests.support.servers import RunningApp, start_app, wait_until

KNOWN = "known"
"""The session that exists in every test."""
EXAMPLES = 6
"""Of requests, for each operation and each of valid and invalid."""
BODY_LIMIT = 1_048_576
MAX_ANSWER = 20_000
"""Bytes of the answer to a refused request: twenty problems of two hundred characters, escaped, with their fields."""

_OPERATIONS = [result.ok() for result in DESCRIPTION.exclude(path_regex=STREAMS).get_all_operations()]
# Streams have separate tests below.
OPERATIONS = {each.label: each for each in _OPERATIONS}
TAKING = {label for label, each in OPERATIONS.items() if each.query or each.headers or each.body}
"""Those that take something beside an id in the address."""


class Store:
    """Reads the data folder of the running server.

    Args:
        folder: The data folder.
    """

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "chat.db")
        self._version = -1
        self._rows: dict[str, list[Any]] = {}

    def read(self) -> dict[str, list[Any]]:
        """Return the rows of all tables, once no turn is under way."""
        wait_until(self._is_quiet)
        version = self._database.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._version = version
            tables = self._database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            self._rows = {name: self._database.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}
        return self._rows

    def close(self) -> None:
        """Close the database file."""
        self._database.close()

    def _is_quiet(self) -> bool:
        unfinished = "SELECT count(*) FROM turn WHERE status IN ('queued', 'running')"
        return self._database.execute(unfinished).fetchone() == (0,)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("hostile") / "data"
    folder.mkdir(mode=0o700)
    write_agents(folder)
    with start_app(folder, env={"CHAT_APP_ALLOW_SCRIPTED": "1"}) as app:
        yield app


@pytest.fixture(scope="module")
def store(server: RunningApp) -> Iterator[Store]:
    with closing(Store(server.log.with_suffix(""))) as store:
        yield store


@pytest.fixture(scope="module")
def client(server: RunningApp) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture(scope="module")
def sender() -> Iterator[requests.Session]:
    """The HTTP session that sends generated requests."""
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="module", autouse=True)
def known(client: httpx.Client) -> None:
    make_known(client)


def make_known(client: httpx.Client) -> None:
    """Create the session if it does not exist, with a title, so that no model is asked for one in the background."""
    client.post("/v1/chat", json={"agent_key": ECHO, "id": KNOWN, "title": "Known"}).raise_for_status()


def assert_refused(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.text
    assert_error(answer.json())


@pytest.mark.parametrize("label", OPERATIONS)
def test_valid_requests_get_the_responses_of_the_openapi_description(
    label: str, server: RunningApp, store: Store, client: httpx.Client, sender: requests.Session
) -> None:
    check_operation(label, GenerationMode.POSITIVE, server, store, client, sender)


@pytest.mark.parametrize("label", [each for each in OPERATIONS if each in TAKING or "{" in each])
def test_invalid_requests_are_refused_as_in_the_openapi_description(
    label: str, server: RunningApp, store: Store, client: httpx.Client, sender: requests.Session
) -> None:
    check_operation(label, GenerationMode.NEGATIVE, server, store, client, sender)


def check_operation(
    label: str,
    mode: GenerationMode,
    server: RunningApp,
    store: Store,
    client: httpx.Client,
    sender: requests.Session,
) -> None:
    """Send generated requests to an operation, check the responses against its description, and keep the session."""
    operation = OPERATIONS[label]
    # With the id of an existing session: otherwise every request would end with "not found".
    of_known = "{chat_id}" in label and (mode.is_positive or label in TAKING)
    requests_of = operation.as_strategy(mode, path_parameters={"chat_id": KNOWN} if of_known else None)

    @settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
    @given(case=requests_of)
    def check(case: Any) -> None:
        make_known(client)
        if mode.is_positive and label == "POST /v1/chat":
            case.body = {**case.body, "agent_key": ECHO}
        before = store.read()
        answer = case.call(base_url=server.url, session=sender)
        if answer.status_code >= 400:
            assert_error(answer.json())
            assert store.read() == before
        case.validate_response(answer, excluded_checks=find_inapplicable_checks(answer))

    check()
    make_known(client)


def cursor_of(*place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


MESSAGES = f"/v1/chat/{KNOWN}/messages"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"null",
        b"[]",
        b'"content"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{",
        b'{"content": NaN}',
        b'{"content": 1e999}',
        b'{"content": ' + b"9" * 5_000 + b"}",
        b'{"content": {"text": "x"}}',
        b'{"content": "' + b"x" * 100_001 + b'"}',
        b'{"content": "  \\n "}',
        b'{"content": "a\\u0000b"}',
        b'{"content": "\\ud800"}',
        b'{"content": "\\udc00\\ud800"}',
        b'{"content": "x", "request_id": "a\\u0000"}',
        b'{"content": "x", "request_id": "../../x"}',
        b'{"content": "x", "request_id": "x\\n"}',
        b'{"content": "x", "__proto__": {}}',
        b'{"content": ' + b"[" * 400_000 + b"]" * 400_000 + b"}",
        b'{"a":' * 150_000,
        b'{"content": "x", ' + b'"content": "x", ' * 50_000 + b'"content": "x"}',
        b"{" + b", ".join(b'"k%d": 1' % number for number in range(50_000)) + b"}",
        b"[" + b"[]," * 200_000 + b"[]]",
        json.dumps({"content": "x", "other": [1] * 1_000}).encode("utf-16"),
    ],
    ids=lambda body: repr(body[:28]),
)
def test_a_malformed_message_stores_nothing(client: httpx.Client, store: Store, body: bytes) -> None:
    before = store.read()
    assert_refused(client.post(MESSAGES, content=body, headers=JSON), 400, 422)
    assert store.read() == before


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("POST", MESSAGES, {"x" * 900_000: 1}, 422),
        ("POST", MESSAGES, {f"{number:0>900}": 1 for number in range(900)}, 422),
        ("POST", MESSAGES, {"parts": [{"type": "x" * 10_000, "text": "a"}] * 32}, 422),
        ("POST", "/v1/auth/sign-in", {"x" * 16_000: 1}, 422),
        ("POST", "/v1/auth/sign-in", {"x" * 17_000: 1}, 413),
        ("PATCH", "/v1/me/preferences", {"x" * 33_000: 1}, 413),
        ("POST", "/v1/auth/sign-in", {f"k{number}": 1 for number in range(1_000)}, 400),
        ("PATCH", "/v1/me/preferences", {"language": "x" * 30_000}, 422),
        ("GET", "/v1/chat/" + "x" * 10_000, None, 422),
    ],
)
def test_the_answer_to_a_large_request_is_small(
    client: httpx.Client, method: str, address: str, body: Any, status: int
) -> None:
    answer = client.request(method, address, json=body)
    assert_refused(answer, status)
    assert len(answer.content) < MAX_ANSWER


@pytest.mark.parametrize("address", ["/v1/chat", MESSAGES])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_stores_nothing(
    client: httpx.Client, store: Store, address: str, announced: bool
) -> None:
    before = store.read()
    body = json.dumps({"content": "x" * BODY_LIMIT}).encode()
    parts = [body[at : at + 65_536] for at in range(0, len(body), 65_536)]
    assert_refused(client.post(address, content=body if announced else iter(parts), headers=JSON), 413)
    assert store.read() == before


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png", "/", ";"],
)
def test_a_body_with_a_content_type_other_than_json_stores_nothing(
    client: httpx.Client, store: Store, kind: str
) -> None:
    before = store.read()
    body = b'{"content": "hello"}'
    assert_refused(client.post(MESSAGES, content=body, headers={"Content-Type": kind}), 400, 415, 422)
    assert store.read() == before


def test_the_last_value_of_a_repeated_field_is_used(client: httpx.Client) -> None:
    body = b'{"content": "first", "content": "last"}'
    assert client.post(MESSAGES, content=body, headers=JSON).json()["message"]["content"] == "last"


@pytest.mark.parametrize(
    "chat_id",
    [
        "%00",
        "known%00",
        "known%0a",
        "%ed%a0%80",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e%2fknown",
        "..%5cknown",
        "' OR 1=1 --",
        "_" * 65,
        "x" * 8_000,
    ],
)
@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", "?permanent=true"),
        ("PUT", "/read"),
        ("POST", "/messages"),
        ("GET", "/events"),
    ],
)
def test_an_invalid_session_id_is_refused_and_changes_nothing(
    client: httpx.Client, store: Store, method: str, rest: str, chat_id: str
) -> None:
    before = store.read()
    body = {"PATCH": {"title": "x"}, "POST": {"content": "x"}}.get(method)
    assert_refused(client.request(method, f"/v1/chat/{chat_id}{rest}", json=body), 404, 422)
    assert store.read() == before


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/v1/chat", {"limit": "9" * 5_000}),
        ("/v1/chat", {"limit": str(2**63)}),
        ("/v1/chat", {"limit": "1e3"}),
        ("/v1/chat", {"limit": "NaN"}),
        ("/v1/chat", {"limit": "\x00"}),
        ("/v1/chat", {"agent_key": "a\x00"}),
        ("/v1/chat", {"agent_key": "' OR 1=1 --"}),
        ("/v1/chat", {"cursor": "\x00"}),
        ("/v1/chat", {"cursor": "é" * 100}),
        ("/v1/chat", {"cursor": cursor_of("2026-01-01T00:00:00Z", "a\x00")}),
        ("/v1/chat", {"cursor": cursor_of("2026-01-01T00:00:00Z", "\ud800")}),
        ("/v1/chat", {"cursor": cursor_of("0001-01-01T00:00:00+23:00", "known")}),
        ("/v1/chat", {"cursor": cursor_of("9999-12-31T23:59:59-23:00", "known")}),
        ("/v1/chat", {"cursor": cursor_of(10**400, "known")}),
        ("/v1/chat", {"cursor": "W1tbW1tb" * 50}),
        (MESSAGES, {"before": "a\x00"}),
        (MESSAGES, {"before": "' OR 1=1 --"}),
        (MESSAGES, {"limit": "-0"}),
        (f"/v1/chat/{KNOWN}", {"limit": "-1"}),
        (f"/v1/chat/{KNOWN}/events", {"after": "-1"}),
        (f"/v1/chat/{KNOWN}/events", {"after": str(2**63)}),
        (f"/v1/chat/{KNOWN}/events", {"after": "9" * 5_000}),
        ("/v1/events", {"after": "x"}),
        ("/v1/events", {"after": str(2**64)}),
    ],
)
def test_an_invalid_query_parameter_is_refused(client: httpx.Client, address: str, query: dict[str, str]) -> None:
    assert_refused(client.get(address, params=query), 422)


@pytest.mark.parametrize("address", [f"/v1/chat/{KNOWN}/events", "/v1/events"])
@pytest.mark.parametrize("last", [b"x", b"-1", b"1.5", b"9" * 400, b"\xff\xfe", b"1, 2"])
def test_a_stream_with_an_invalid_last_event_id_is_refused(client: httpx.Client, address: str, last: bytes) -> None:
    assert_refused(client.get(address, headers={b"Last-Event-ID": last}), 422)


def test_a_stream_after_an_unknown_event_starts_with_a_reset(client: httpx.Client) -> None:
    headers = {"Last-Event-ID": str(2**53 - 1)}
    with client.stream("GET", f"/v1/chat/{KNOWN}/events", headers=headers) as stream:
        assert "event: stream.reset" in next(stream.iter_text())


@pytest.mark.parametrize("key", [b"a b", b"../x", b"\xff", b"x" * 65, b"", b"x\ty"])
def test_an_invalid_idempotency_key_stores_nothing(client: httpx.Client, store: Store, key: bytes) -> None:
    before = store.read()
    assert_refused(client.post(MESSAGES, json={"content": "x"}, headers={b"Idempotency-Key": key}), 422)
    assert store.read() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "*" * 1_000},
        {"Accept-Language": "\x7f;q=nan"},
        {"Cookie": "token=" + "\xe9" * 500},
        {"X-Forwarded-Host": "elsewhere.test", "X-Forwarded-For": "\xff"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Range": "bytes=0-0,1-1"},
        {"Accept-Encoding": "gzip;q=x"},
    ],
)
def test_unsupported_headers_are_ignored(client: httpx.Client, store: Store, headers: dict[str, str]) -> None:
    before = store.read()
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert client.get(f"/v1/chat/{KNOWN}", headers=sent).json()["id"] == KNOWN
    assert store.read() == before


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "BREW", "PUT", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("address", ["/v1/chat", MESSAGES, "/v1/agents", f"/v1/chat/{KNOWN}/stop", "/v1/nowhere"])
def test_a_method_that_an_address_does_not_support_is_refused(
    client: httpx.Client, store: Store, method: str, address: str
) -> None:
    before = store.read()
    answer = client.request(method, address)
    assert answer.status_code in (404, 405)
    if method != "HEAD":
        assert_error(answer.json())
    assert store.read() == before


@pytest.mark.parametrize(
    "address",
    [
        "/v1",
        "/v1/",
        "/v1/chat/",
        "/v1//chat",
        "/v1/chat/known/",
        "/v1/chat/known/messages/x",
        "/v1/%2e%2e/v1/chat/",
        "/v1/\N{SNOWMAN}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_refused(client: httpx.Client, store: Store, method: str, address: str) -> None:
    before = store.read()
    assert_refused(client.request(method, address), 404, 405)
    assert store.read() == before


@pytest.mark.parametrize("address", ["/v1/../healthz/../v1/nothing", "/v1/..", "/v1/../../etc/passwd"])
def test_dot_segments_in_an_address_are_not_found(server: RunningApp, address: str) -> None:
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert b" 404 " in answer.split(b"\r\n", 1)[0]
    assert_error(json.loads(answer.rpartition(b"\r\n\r\n")[2]))
