"""A body over the limit is refused, with or without Content-Length, and never reaches the app completely."""

from __future__ import annotations

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.web.body_limit import BodyLimit
from tests.support.asgi import Answer, answer_with, call, call_async, make_scope

LIMIT = 10
MESSAGE_LIMIT = 20


def limited(app: ASGIApp) -> BodyLimit:
    return BodyLimit(app, max_bytes=MESSAGE_LIMIT, max_small_bytes=LIMIT)


def test_a_body_of_exactly_the_limit_is_accepted() -> None:
    assert call(limited(answer_with(201)), make_scope(), body=[b"x" * LIMIT]).status == 201


def test_an_announced_body_over_the_limit_is_refused_before_it_is_read() -> None:
    answer = call(limited(answer_with()), make_scope(content_length="11"), body=[])
    assert (answer.status, answer.error_code) == (413, "too_large")


def test_an_unannounced_body_over_the_limit_is_refused() -> None:
    answer = call(limited(answer_with()), make_scope(), body=[b"x" * 6, b"x" * 6, b"x"])
    assert (answer.status, answer.error_code) == (413, "too_large")


def test_an_app_that_ignores_the_aborted_body_cannot_replace_the_refusal() -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b"mine"})

    answer = call(limited(app), make_scope(), body=[b"x" * 11])
    assert (answer.status, answer.error_code) == (413, "too_large")


def test_an_exception_of_the_app_about_the_aborted_body_is_suppressed() -> None:
    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        raise ConnectionError

    assert call(limited(app), make_scope(), body=[b"x" * 11]).status == 413


def test_other_exceptions_of_the_app_are_raised() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        call(limited(app), make_scope())


@pytest.mark.parametrize("length", ["-1", "ten", "1e9", "1, 2", "²"])
def test_an_invalid_content_length_is_a_bad_request(length: str) -> None:
    answer = call(limited(answer_with()), make_scope(content_length=length))
    assert (answer.status, answer.error_code) == (400, "bad_request")


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/v1/chat/ses_1/messages", MESSAGE_LIMIT, 200),
        ("/v1/chat/ses_1/messages", MESSAGE_LIMIT + 1, 413),
        ("/v1/chat/ses_1/messages/", MESSAGE_LIMIT, 200),
        ("/v1/chat", LIMIT + 1, 413),
        ("/v1/auth/sign-in", LIMIT + 1, 413),
        ("/elsewhere/v1/chat/ses_1/messages", LIMIT + 1, 413),
        ("/v1/chat/ses_1/messages/more", LIMIT + 1, 413),
    ],
)
def test_only_messages_may_be_large(path: str, size: int, status: int) -> None:
    assert call(limited(answer_with()), make_scope(path, method="POST"), body=[b"x" * size]).status == status


def test_an_announced_length_of_many_digits_is_not_converted() -> None:
    assert call(limited(answer_with()), make_scope(content_length="1" * 5_000)).status == 413


@pytest.mark.parametrize(("path", "status"), [("/v1/chat", 200), ("/v1/auth/sign-in", 413), ("/v1", 200), ("/x", 413)])
def test_bodies_for_addresses_without_a_login_are_smaller(path: str, status: int) -> None:
    limit = BodyLimit(answer_with(), max_bytes=LIMIT, max_public_bytes=LIMIT // 2)
    for headers in ({"content_length": str(LIMIT)}, {}):
        assert call(limit, make_scope(path, **headers), body=[b"x" * LIMIT]).status == status


def test_the_bodies_of_all_running_requests_are_bounded_together() -> None:
    inner: list[Answer] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["path"] == "/v1/first":
            # Another request arrives while this one runs.
            inner.append(await call_async(limit, make_scope("/v1/second"), body=[b"x" * LIMIT]))
        await answer_with()(scope, receive, send)

    limit = BodyLimit(app, max_bytes=LIMIT, max_total_bytes=LIMIT + 5)
    for _ in range(2):
        assert call(limit, make_scope("/v1/first"), body=[b"x" * 6, b""]).status == 200
    assert [(answer.status, answer.error_code) for answer in inner] == [(503, "too_many_bodies")] * 2
