"""Every response has the security and caching headers for its type."""

from __future__ import annotations

import pytest

from chat_app.web.response_headers import ResponseHeaders
from tests.support.asgi import Answer, answer_with, call, make_scope

POLICY = "default-src 'none'; connect-src 'self' ws://{host}"


def ask(path: str, *, status: int = 200, **headers: str) -> Answer:
    return call(ResponseHeaders(answer_with(status, **headers), page_policy=POLICY), make_scope(path))


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", "image/svg+xml", ""])
def test_every_response_forbids_content_sniffing_and_use_by_other_origins(content_type: str) -> None:
    headers = ask("/", content_type=content_type).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_a_page_may_connect_to_the_host_that_served_it() -> None:
    headers = ask("/", content_type="text/html").headers
    assert headers["content-security-policy"].endswith("ws://localhost:8000")
    assert headers["x-frame-options"] == "DENY"


def test_a_worker_may_load_the_apps_own_files() -> None:
    policy = ask("/assets/worker-a1b2c3d4.js", content_type="text/javascript; charset=utf-8").headers[
        "content-security-policy"
    ]
    assert policy.split("; ") == ["default-src 'none'", "script-src 'self'", "connect-src 'self'"]


def test_a_content_security_policy_that_the_app_sets_is_kept() -> None:
    headers = ask("/docs", content_type="text/html", content_security_policy="script-src 'none'").headers
    assert headers.getlist("content-security-policy") == ["script-src 'none'"]


@pytest.mark.parametrize("path", ["/assets/root-Cc_GDdrk.js", "/assets/deep/font-a1b2c3d4.woff2"])
def test_a_file_with_a_content_hash_in_its_name_is_cached_permanently(path: str) -> None:
    assert "immutable" in ask(path, etag='"1"').headers["cache-control"]


@pytest.mark.parametrize("path", ["/assets/plain.js", "/favicon.ico", "/external/ui/live.jsx"])
def test_any_other_file_is_revalidated(path: str) -> None:
    assert ask(path, etag='"1"').headers["cache-control"] == "no-cache"


def test_a_missing_file_is_not_cached_permanently() -> None:
    assert "immutable" not in ask("/assets/root-Cc_GDdrk.js", status=404).headers["cache-control"]


def test_a_page_has_no_validators_that_could_match_another_build() -> None:
    headers = ask("/", content_type="text/html", etag='"1"', last_modified="today").headers
    assert headers["cache-control"] == "no-cache"
    assert "etag" not in headers
    assert "last-modified" not in headers


def test_api_responses_are_not_stored_by_the_browser() -> None:
    assert ask("/v1/chat", content_type="application/json").headers["cache-control"] == "no-store"
    assert ask("/v1/events", cache_control="no-cache").headers["cache-control"] == "no-cache"
