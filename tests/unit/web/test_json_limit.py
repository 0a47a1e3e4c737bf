"""A JSON body with too many values is refused before it is parsed, however its strings are written."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from chat_app.web.json_limit import JsonLimit, count_values
from tests.support.asgi import answer_with, call, make_scope

LIMIT = 20
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def post(body: bytes, *, path: str = "/v1/auth/sign-in", method: str = "POST") -> tuple[int, bytes]:
    seen: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        message: Message = {"more_body": True}
        while message.get("more_body"):
            message = await receive()
            seen.append(message["body"])
        await answer_with()(scope, _last, send)

    async def _last() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    halves = [body[: len(body) // 2], body[len(body) // 2 :]]
    answer = call(JsonLimit(app, max_values=LIMIT), make_scope(path, method=method), body=halves)
    return answer.status, b"".join(seen)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"not JSON", json.dumps({"text": 'a, [b], {c} "d", \\' * 100}).encode(), b"[" * (LIMIT - 1)]
)
def test_a_body_with_few_values_arrives_as_it_was_sent(body: bytes) -> None:
    assert post(body)[1] == body


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({f"k{number}": 1 for number in range(LIMIT + 1)}).encode(),
        b"{" + b'"k":1,' * LIMIT + b'"k":1}',
        b"[" * (LIMIT + 1),
        b"{" * (LIMIT + 1),
        json.dumps([[]] * (LIMIT + 1)).encode(),
        json.dumps(["\\"] * (LIMIT + 1)).encode(),
        json.dumps([1] * (LIMIT + 1)).encode("utf-16"),
        json.dumps([1] * (LIMIT + 1)).encode("utf-32-be"),
    ],
)
def test_a_body_with_too_many_values_is_refused(body: bytes) -> None:
    assert post(body) == (400, b"")


def test_other_requests_are_not_counted() -> None:
    body = b"," * 100
    assert post(body, path="/elsewhere")[1] == body


@given(value=VALUES)
def test_the_count_is_not_lower_than_the_number_of_values(value: Any) -> None:
    assert count_values(json.dumps(value).encode()) >= _count(value)


def test_an_unclosed_string_of_many_quotes_is_read_once() -> None:
    assert count_values(b'"' + b'\\"' * 500_000) == 1


def _count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_count, cast("dict[str, Any]", value).values()))
    return 1 + sum(map(_count, cast("list[Any]", value))) if isinstance(value, list) else 1
