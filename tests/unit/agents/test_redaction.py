"""`redact` removes secrets and keeps ordinary text."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chat_app.agents.run.redaction import MAX_LINE_LENGTH, REMOVED, redact, redacted_line, remember_secret

NO_DEADLINE = settings(deadline=None)
"""Tests have no deadline, because a busy machine is not a failure."""

KEY = "sk-proj-Ab3dEf6hIj9lMn2pQr5t"
# The characters of keys, without those of the replacement text.
keys = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-_./+", min_size=8, max_size=60)
words = st.text(max_size=80)


@NO_DEADLINE
@given(words, keys, words)
def test_values_of_secret_environment_variables_are_removed(before: str, key: str, after: str) -> None:
    assume(key not in REMOVED)
    environ = {"SOME_API_KEY": key, "HOME": "/home"}
    assert key not in redact(f"{before}{key}{after}", environ=environ)


@NO_DEADLINE
@given(keys, keys)
def test_a_secret_that_begins_with_another_secret_is_removed_completely(first: str, second: str) -> None:
    assume(first not in REMOVED)
    environ = {"A_TOKEN": first + second, "B_TOKEN": first}
    assert second not in redact(f"[{first + second}]", environ=environ) or second in REMOVED


@NO_DEADLINE
@given(words)
def test_redacting_a_second_time_changes_nothing(text: str) -> None:
    once = redact(text, environ={})
    assert redact(once, environ={}) == once


def test_a_remembered_secret_is_removed() -> None:
    remember_secret("my-very-own-secret")
    assert redact("got my-very-own-secret!", environ={}) == f"got {REMOVED}!"


@pytest.mark.parametrize("quote", ["", '"', "'"])
@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: {}.",
        "Authorization: Bearer {}",
        "authorization={}",
        "x-api-key: {}",
        "api_key={}",
        "https://example.com/v1?key={}&x=1",
        "https://example.com/v1?api-version=1&api_key={}",
        "https://user:{}@example.com/",
        "password = {}",
    ],
)
def test_what_looks_like_a_secret_is_removed(text: str, quote: str) -> None:
    assert KEY not in redact(text.format(f"{quote}{KEY}{quote}"), environ={})


@pytest.mark.parametrize(
    "secret",
    [
        "sk-ant-api03-0123456789abcdef",
        "gsk_0123456789abcdef",
        "ghp_0123456789abcdefghij",
        "hf_0123456789abcdef",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
        "sk-proj-****************cdef",
    ],
)
def test_provider_keys_are_recognised_by_their_format(secret: str) -> None:
    assert redact(f"the key {secret} is wrong", environ={}) == f"the key {REMOVED} is wrong"


def test_a_secret_in_json_is_removed_and_the_json_stays_valid() -> None:
    text = redact(json.dumps({"api_key": "0123456789", "model": "m"}), environ={})
    assert json.loads(text) == {"api_key": REMOVED, "model": "m"}


@pytest.mark.parametrize(
    "text",
    [
        "Rate limit reached for gpt-6.1-sol: 30000 tokens per minute, please try again in 2.1s.",
        "This model's maximum context length is 8192 tokens.",
        "see https://example.com/docs/errors?page=2#limits",
        "Unexpected token: '<'",
        "The bearer of bad news and a basic mistake",
        "write to help@example.com",
    ],
)
def test_ordinary_text_is_not_redacted(text: str) -> None:
    assert redact(text, environ={"SHORT_KEY": "a", "PLACEHOLDER_KEY": "none"}) == text


@NO_DEADLINE
@given(words)
def test_redacted_text_of_other_systems_is_one_printable_line_of_limited_length(text: str) -> None:
    line = redacted_line(text * 20)
    assert len(line) <= MAX_LINE_LENGTH
    assert line.isprintable()


def test_a_token_is_removed_after_a_hyphen_too() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r"
    assert redact(f"session-{token}", environ={}) == f"session-{REMOVED}"
