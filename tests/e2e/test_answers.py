"""Answers are streamed, collapsed, stopped and queued, and are the same after a reload."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import Visitor

NEW = "/chat/player?session=new"


def test_a_reload_while_streaming_continues_the_answer_without_a_gap(chat: ChatPage, player: ScriptedAgent) -> None:
    gate = player.new_gate()
    player.answer_with(
        {"reasoning": "First I count."}, {"text": "One two three "}, {"wait": gate}, {"text": "four five."}
    )
    chat.open(NEW)
    chat.send("Count")
    expect(chat.answers.last).to_contain_text("One two three")
    chat.session_id()
    chat.reload()
    expect(chat.answers.last).to_contain_text("One two three")
    expect(chat.stop_button).to_be_visible()
    player.open_gate(gate)
    chat.wait_for_answer("One two three four five.")
    assert chat.texts()[1:] == ["Count", "One two three four five."]


def test_stopping_from_another_tab_keeps_the_streamed_text(
    chat: ChatPage, visitor: Visitor, player: ScriptedAgent
) -> None:
    player.answer_with({"text": "It begins "}, {"wait": player.new_gate()}, {"text": "and never ends."})
    chat.open(NEW)
    chat.send("Go on")
    expect(chat.answers.last).to_contain_text("It begins")
    other = visitor.open_tab()
    other.open(f"/chat/player?session={chat.session_id()}")
    expect(other.answers.last).to_contain_text("It begins")
    other.stop()
    for tab in (other, chat):
        expect(tab.stopped).to_be_visible()
        expect(tab.send_button).to_be_visible()
        expect(tab.presence).to_contain_text("online")
        assert tab.texts()[-1] == "It begins"


def test_messages_sent_while_an_answer_runs_are_answered_in_order(chat: ChatPage, player: ScriptedAgent) -> None:
    gate = player.new_gate()
    player.play(
        {"on": {"text": "First"}, "chunks": [{"wait": gate}, {"text": "Answer one"}]},
        {"on": {"text": "Second"}, "chunks": [{"text": "Answer two"}]},
        {"on": {"text": "Third"}, "chunks": [{"text": "Answer three"}]},
    )
    chat.open(NEW)
    chat.send("First")
    chat.wait_for_question("First")
    chat.write("Second")
    expect(chat.hint).to_contain_text("will answer this after the current answer")
    chat.send("Second")
    chat.send("Third")
    chat.wait_for_question("Third")
    # The newest question is at the top; messages above the view need not be rendered.
    chat.transcript.press("Home")
    expect(chat.waiting).to_have_count(3)
    expect(chat.waiting.filter(has_text="Queued")).to_have_count(2)
    player.open_gate(gate)
    chat.wait_for_answer("Answer three")
    assert chat.texts()[1:] == ["First", "Answer one", "Second", "Answer two", "Third", "Answer three"]


def test_reasoning_shows_its_duration_while_it_runs_and_is_collapsed_when_done(
    chat: ChatPage, player: ScriptedAgent
) -> None:
    gate = player.new_gate()
    player.answer_with({"reasoning": "The sky is far."}, {"wait": gate}, {"reasoning": " Very far."}, {"text": "Blue."})
    chat.open(NEW)
    chat.send("Why?")
    fold = chat.reasoning.get_by_role("button")
    expect(fold).to_have_text(re.compile(r"^Thinking… [1-9]\d* s$"))
    player.open_gate(gate)
    chat.wait_for_answer("Blue.")
    expect(fold).to_have_text(re.compile(r"^Thought for \d+ seconds?$"))
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(chat.reasoning).not_to_contain_text("far")
    fold.click()
    expect(chat.reasoning).to_contain_text("The sky is far. Very far.")


def test_tool_calls_are_collapsed_and_show_input_and_output_when_expanded(
    chat: ChatPage, player: ScriptedAgent
) -> None:
    sums = [{"tool": "calculator", "arguments": {"expression": each}} for each in ("6*7", "1/0")]
    player.play(
        {"on": {"call": 1}, "chunks": [*sums, {"tool": "clock", "arguments": {}}]},
        {"chunks": [{"text": "Done."}]},
    )
    chat.open(NEW)
    chat.ask("Use your tools", answer="Done.")
    summary = chat.steps.get_by_role("button")
    expect(summary).to_have_count(1)
    expect(summary).to_contain_text("Worked · 3 steps")
    expect(summary).to_contain_text("1 failed")
    summary.click()
    steps = chat.steps.get_by_test_id("step")
    expect(steps).to_have_count(3)
    expect(steps.nth(0)).to_contain_text("6*7")
    expect(steps.nth(1)).to_contain_text("failed")
    detail = chat.steps.get_by_test_id("step-detail")
    expect(detail).to_have_count(0)
    steps.nth(0).click()
    expect(detail).to_contain_text('"expression": "6*7"')
    expect(detail).to_contain_text("42")


def test_a_single_tool_call_is_shown_without_a_group(chat: ChatPage, player: ScriptedAgent) -> None:
    player.play(
        {"on": {"call": 1}, "chunks": [{"tool": "calculator", "arguments": {"expression": "2+2"}}]},
        {"chunks": [{"text": "Four."}]},
    )
    chat.open(NEW)
    chat.ask("Add", answer="Four.")
    expect(chat.steps).not_to_contain_text("Worked")
    expect(chat.steps.get_by_test_id("step")).to_contain_text("2+2")


def test_scrolling_up_while_streaming_keeps_the_scroll_position(chat: ChatPage, player: ScriptedAgent) -> None:
    lines, more = (player.new_gate() for _ in range(2))
    long = "\n\n".join(f"Line {number}" for number in range(60))
    player.answer_with(
        {"text": long}, {"wait": lines}, {"text": f"\n\n{long}"}, {"wait": more}, {"text": "\n\nThe end."}
    )
    chat.open(NEW)
    chat.send("Write a lot")
    expect(chat.answers.last).to_contain_text("Line 59")
    chat.transcript.hover()
    chat.page.mouse.wheel(0, -600)
    expect(chat.latest).to_be_visible()
    before = chat.transcript.evaluate("(box) => box.scrollTop")
    player.open_gate(lines)
    expect(chat.answers.last.get_by_text("Line 59")).to_have_count(2)
    assert chat.transcript.evaluate("(box) => box.scrollTop") == before
    chat.latest.click()
    expect(chat.latest).to_have_count(0)
    player.open_gate(more)
    expect(chat.answers.last.get_by_text("The end.")).to_be_in_viewport()


def test_a_new_question_is_scrolled_to_the_top_and_the_answer_streams_below(
    chat: ChatPage, player: ScriptedAgent
) -> None:
    gate = player.new_gate()
    long = "\n\n".join(f"Line {number}" for number in range(40))
    player.play(
        {"on": {"text": "First"}, "chunks": [{"text": long}]},
        {"chunks": [{"text": "Short "}, {"wait": gate}, {"text": "answer."}]},
    )
    chat.open(NEW)
    chat.ask("First", answer="Line 39")
    chat.send("Second")
    expect(chat.answers.last).to_contain_text("Short")
    question, box = chat.questions.last.bounding_box(), chat.transcript.bounding_box()
    assert question is not None
    assert box is not None
    assert 0 <= question["y"] - box["y"] < 80
    player.open_gate(gate)
    chat.wait_for_answer("Short answer.")
    assert chat.questions.last.bounding_box() == question


def test_an_answer_can_be_copied_as_markdown_and_as_a_link_to_the_message(
    chat: ChatPage, visitor: Visitor, player: ScriptedAgent
) -> None:
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    player.answer_with({"text": "Some **bold** words\n\n- and\n- a list"})
    chat.open(NEW)
    chat.ask("Say it", answer="words")
    read = "navigator.clipboard.readText()"
    chat.answers.last.get_by_role("button", name="Copy answer").click()
    assert chat.page.evaluate(read) == "Some **bold** words\n\n- and\n- a list"
    chat.answers.last.get_by_test_id("copy-link").click()
    link = chat.page.evaluate(read)
    other = visitor.open_tab()
    other.open(link.removeprefix(other.url))
    expect(other.message(chat.message_ids()[-1])).to_be_in_viewport()


def test_enter_sends_and_shift_enter_makes_a_new_line(chat: ChatPage, player: ScriptedAgent) -> None:
    player.answer_with({"text": "Yes."})
    chat.open(NEW)
    chat.field.press_sequentially("One")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("Two")
    expect(chat.field).to_have_value("One\nTwo")
    height = chat.field.evaluate("(field) => field.clientHeight")
    assert height >= 2 * 26
    chat.field.press("Enter")
    chat.wait_for_question("One\nTwo")
    expect(chat.field).to_have_value("")


def test_a_draft_survives_a_reload_and_stays_in_its_conversation(chat: ChatPage, player: ScriptedAgent) -> None:
    player.answer_with({"text": "Yes."})
    chat.open(NEW)
    session_id = chat.ask("Hello", answer="Yes.")
    chat.write("Not yet sent")
    chat.start_chat("Echo")
    expect(chat.field).to_have_value("")
    chat.write("Another one")
    chat.reload()
    expect(chat.field).to_have_value("Another one")
    chat.row(session_id).open()
    expect(chat.field).to_have_value("Not yet sent")
    chat.reload()
    expect(chat.field).to_have_value("Not yet sent")


def test_the_page_shows_the_messages_of_the_rest_interface(chat: ChatPage, player: ScriptedAgent) -> None:
    player.answer_with({"text": "Exactly **this**."})
    chat.open(NEW)
    session_id = chat.ask("What is stored?", answer="Exactly this.")
    stored = httpx.get(f"{chat.url}/v1/chat/{session_id}").json()
    assert [message["id"] for message in stored["messages"]["items"]] == chat.message_ids()
