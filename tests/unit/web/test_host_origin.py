"""Other websites can neither read from nor control the app with any kind of request."""

from __future__ import annotations

import pytest

from chat_app.domain.errors import BadRequest, ChatAppError, Forbidden, NotFound
from chat_app.web.host_origin import LOOPBACK_HOSTS, AccessPolicy, RequestGuard, check_request
from tests.support.asgi import answer_with, call, make_scope

POLICY = AccessPolicy()


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]"]
)
def test_local_host_names_are_accepted_with_any_port(host: str) -> None:
    check_request(make_scope(host=host), policy=POLICY)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2:8000"],
)
def test_a_host_name_used_for_dns_rebinding_is_refused(host: str) -> None:
    with pytest.raises(Forbidden, match="host name is not allowed"):
        check_request(make_scope(host=host), policy=POLICY)


@pytest.mark.parametrize("host", ["", "localhost:", "localhost:port", "a b", "user@localhost", "localhost/x", "["])
def test_a_malformed_or_missing_host_is_a_bad_request(host: str) -> None:
    with pytest.raises(BadRequest):
        check_request(make_scope(host=host), policy=POLICY)


@pytest.mark.parametrize("path", ["/v1/chat/a\nb", "/v1/chat/\x00", "/\x7f"])
def test_a_path_with_a_control_character_is_not_found(path: str) -> None:
    with pytest.raises(NotFound, match="control character"):
        check_request(make_scope(path=path), policy=POLICY)


def test_two_host_headers_are_a_bad_request() -> None:
    scope = make_scope()
    scope["headers"].append((b"host", b"localhost:8000"))
    with pytest.raises(BadRequest):
        check_request(scope, policy=POLICY)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://localhost:3000",
        "http://localhost",
        "http://127.0.0.1:8000",
        "ftp://localhost:8000",
        "http://localhost:8000.evil.example",
        "http://evil.example/http://localhost:8000",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_request_from_another_origin_is_refused(kind: str, origin: str, method: str) -> None:
    with pytest.raises(Forbidden, match="other websites"):
        check_request(make_scope(kind=kind, origin=origin, method=method), policy=POLICY)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("origin", ["http://localhost:8000", "https://localhost:8000"])
def test_a_request_from_the_apps_own_origin_is_accepted(kind: str, origin: str) -> None:
    check_request(make_scope(kind=kind, origin=origin, method="POST"), policy=POLICY)


def test_a_websocket_without_an_origin_is_refused() -> None:
    with pytest.raises(Forbidden, match="Only pages of this server"):
        check_request(make_scope(kind="websocket"), policy=POLICY)


def test_a_program_without_browser_headers_may_use_the_rest_interface() -> None:
    check_request(make_scope("/v1/chat", method="POST"), policy=POLICY)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "something-new"])
@pytest.mark.parametrize(
    ("method", "mode", "dest"),
    [
        ("GET", "no-cors", "image"),
        ("GET", "cors", "empty"),
        ("GET", "no-cors", "script"),
        ("GET", "navigate", "iframe"),
        ("POST", "navigate", "document"),
        ("GET", "", ""),
    ],
)
def test_a_request_that_another_website_embeds_fetches_or_posts_is_refused(
    site: str, method: str, mode: str, dest: str
) -> None:
    scope = make_scope(method=method, sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=dest)
    with pytest.raises(Forbidden):
        check_request(scope, policy=POLICY)


def test_a_link_on_another_website_opens_the_page() -> None:
    scope = make_scope(sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document")
    check_request(scope, policy=POLICY)


def test_configured_host_names_and_origins_are_allowed() -> None:
    policy = AccessPolicy(hosts=LOOPBACK_HOSTS | {"chat.home"}, origins=frozenset({"https://chat.example"}))
    check_request(make_scope(host="chat.home"), policy=policy)
    check_request(make_scope(origin="https://chat.example"), policy=policy)
    with pytest.raises(ChatAppError):
        check_request(make_scope(host="other.home"), policy=policy)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_refusal_has_the_common_error_format_and_does_not_reach_the_app(kind: str) -> None:
    guard = RequestGuard(answer_with(200), policy=POLICY)
    answer = call(guard, make_scope(kind=kind, origin="http://evil.example"))
    assert (answer.status, answer.error_code) == (403, "origin_not_allowed")
