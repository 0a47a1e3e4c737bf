"""Each failed turn shows what happened and offers a retry."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent

NEW = "/chat/player?session=new"
FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "no output": ({"chunks": []}, "The model returned no answer"),
    "refused by the provider": (
        {"chunks": [{"error": {"status": 400, "message": "bad request"}}]},
        "The provider reported an error",
    ),
    "rate limit": ({"chunks": [{"error": {"status": 429}}]}, "The provider’s rate limit was reached"),  # noqa: RUF001 - as it is shown
    "refused by the model": ({"chunks": [], "finish": "content_filter"}, "The model declined to answer"),
    "context overflow": (
        {"chunks": [{"error": {"status": 400, "code": "context_length_exceeded"}}]},
        "The conversation is too long for this model",
    ),
    "no such model": ({"chunks": [{"error": {"status": 404}}]}, "The model is not available"),
    "no connection": ({"chunks": [{"error": {"kind": "connection"}}]}, "The model is not available"),
    "a fault of the program": ({"chunks": [{"error": {"kind": "crash"}}]}, "An internal error occurred"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_is_shown_and_can_be_retried(chat: ChatPage, player: ScriptedAgent, failure: str) -> None:
    step, title = FAILURES[failure]
    player.play(step)
    chat.open(NEW)
    chat.send("Please")
    expect(chat.errors).to_have_count(1)
    expect(chat.errors.get_by_role("heading")).to_have_text(title)
    expect(chat.errors.get_by_role("paragraph")).not_to_be_empty()
    expect(chat.presence).to_contain_text("online")
    chat.errors.get_by_role("button", name="Details").click()
    expect(chat.errors.locator("pre")).to_contain_text('"code"')
    player.answer_with({"text": "Now it works."})
    chat.errors.get_by_test_id("retry").click()
    chat.wait_for_answer("Now it works.")
    # The first answer stays, and the question is not repeated.
    expect(chat.questions).to_have_text(["Please"])
    expect(chat.errors).to_have_count(1)


def test_a_failed_turn_can_be_retried_with_another_model(chat: ChatPage, player: ScriptedAgent) -> None:
    player.play({"chunks": [{"error": {"status": 404}}]})
    chat.open(NEW)
    chat.send("Say this again")
    chat.errors.get_by_test_id("other-model").click()
    chat.wait_for_answer("Say this again")
    expect(chat.answers.last.locator(".model")).to_have_text("echo")


def test_a_failure_keeps_the_text_before_it_also_after_a_reload(chat: ChatPage, player: ScriptedAgent) -> None:
    player.answer_with({"text": "Half a sentence"}, {"error": {"status": 400, "message": "bad <b>request</b>"}})
    chat.open(NEW)
    chat.send("Please")
    expect(chat.errors).to_be_visible()
    before = chat.answers.last.inner_text()
    assert "Half a sentence" in before
    chat.session_id()
    chat.reload()
    expect(chat.errors).to_be_visible()
    assert chat.answers.last.inner_text() == before


def test_a_rate_limit_notice_is_shown_until_the_retry_succeeds(chat: ChatPage, player: ScriptedAgent) -> None:
    player.play(
        {"times": 1, "chunks": [{"error": {"status": 429, "message": "slow down", "retry_after": 3}}]},
        {"chunks": [{"text": "Patience pays."}]},
    )
    chat.open(NEW)
    chat.send("Hurry")
    notice = chat.page.get_by_test_id("notice-rate_limited")
    expect(notice).to_contain_text("The provider’s rate limit was reached")  # noqa: RUF001 - as it is shown
    expect(notice).to_contain_text(re.compile(r"Trying again in [123] seconds?\."))
    chat.wait_for_answer("Patience pays.")
    expect(notice).to_have_count(0)
    expect(chat.errors).to_have_count(0)
