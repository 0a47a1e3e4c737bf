"""The OpenAPI description of the REST API as the source of generated requests, and the rules that it can't express."""

from __future__ import annotations

from typing import Any

import requests
from schemathesis import openapi
from schemathesis.specs.openapi import checks

from chat_app.api.app import build_api

DESCRIPTION: Any = openapi.from_dict(build_api().openapi())
STREAMS = r"/events$"
"""Addresses whose responses never end, so that a generated request would wait forever."""
RULES = {
    "unknown_agent",
    "unknown_model",
    "invalid_cursor",
    "invalid_limit",
    "invalid_id",
    "invalid_name",
    "empty_message",
    "invalid_text",
    "not_a_member",
}
"""Codes of refusals for what the description has no words for; all else that it allows is taken."""


def assert_error(body: Any) -> None:
    """Check that a body has the format of all errors."""
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"]
    assert body["error"]["message"]
    assert isinstance(body["error"]["details"], dict)


def find_inapplicable_checks(answer: requests.Response) -> list[Any]:
    """Return the checks that do not apply to a response."""
    if answer.status_code in (400, 422) and answer.json()["error"]["code"] in RULES:
        return [checks.positive_data_acceptance]  # pyright: ignore[reportUnknownMemberType]
    if answer.status_code == 413:
        # Also a refusal, but the check does not accept this status.
        return [checks.negative_data_rejection]  # pyright: ignore[reportUnknownMemberType]
    return []
