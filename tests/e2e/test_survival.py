"""Messages and answers survive a killed server, broken connections and time without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser.fixture_types import StartServer, Visit
from tests.support.browser.pages import ChatPage
from tests.support.browser.relay import Relay, start_relay
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import Visitor
from tests.support.rest_client import new_session
from tests.support.servers import RunningApp, wait_until

NEW = "/chat/player?session=new"


def stored_texts(url: str, session_id: str) -> list[str]:
    """Return the text of each message of a session that the server has stored."""
    answer = httpx.get(f"{url}/v1/chat/{session_id}/messages", params={"limit": 200})
    return [message["content"] for message in answer.json()["items"]]


def words_of(answer: str) -> list[str]:
    """Return the words of an answer without the four characters of the attempt's mark at their end."""
    return [word.replace("~", "")[:-4] for word in answer.split()]


def test_a_server_killed_while_streaming_resumes_the_turn_and_no_message_is_lost(
    start_server: StartServer, visit: Visit, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with start_server(data) as app:
        player = ScriptedAgent(data)
        gate = player.new_gate()
        player.play(
            {"on": {"text": "Second"}, "chunks": [{"text": "And that."}]},
            {"chunks": [{"text": "The first half "}, {"wait": gate}, {"text": "and the second."}]},
            vary=True,
        )
        visitor = visit(app.url)
        visitor.monitor.may_lose_connection = True
        chat = visitor.open_tab()
        chat.open(NEW)
        chat.send("First")
        expect(chat.answers.last).to_contain_text("half")
        session_id = chat.session_id()
        seen = chat.texts()[-1]

        app.kill()
        expect(chat.banner).to_contain_text("Reconnecting…")
        expect(chat.presence).to_contain_text("not connected")
        assert chat.texts()[-1] == seen
        chat.send("Second")
        expect(chat.pending).to_contain_text("waiting to send")
        expect(chat.banner).to_contain_text("1 message will be sent when you are back online")

        player.open_gate(gate)
        with start_server(data, port=urlsplit(app.url).port or 0):
            expect(chat.banner).to_have_count(0)
            chat.wait_for_question("Second")
            chat.wait_for_answer("that")
            # The answer was generated again from its first word; no text of the interrupted one is left.
            expect(chat.page.get_by_test_id("notice-resumed")).to_contain_text("Resumed after a restart")
            shown = chat.texts()[1:]
            assert [shown[0], shown[2]] == ["First", "Second"]
            assert words_of(shown[1]) == ["The", "first", "half", "and", "the", "second."]
            assert words_of(shown[3]) == ["And", "that."]
            assert shown[1].split()[0] != seen.split()[0]
            stored = stored_texts(app.url, session_id)[1:]
            assert [text.replace("~", "") for text in stored] == [text.replace("~", "") for text in shown]


@pytest.fixture
def network(server: RunningApp) -> Iterator[Relay]:
    """The network between this test's browser and the shared server."""
    with start_relay(server.url) as relay:
        yield relay


@pytest.mark.parametrize("lost", ["the message", "its acknowledgement"])
def test_a_message_is_stored_once_when_it_or_its_acknowledgement_is_lost(
    visit: Visit, network: Relay, player: ScriptedAgent, lost: str
) -> None:
    visitor = visit(network.url)
    visitor.monitor.may_lose_connection = True
    chat = visitor.open_tab()
    player.answer_with({"text": "Yes."})
    chat.open(NEW)
    session_id = chat.ask("Hello", answer="Yes.")
    if lost == "the message":
        network.lose_requests()
        chat.send("Only once")
        wait_until(lambda: network.swallowed > 0)
    else:
        network.lose_answers()
        chat.send("Only once")
        wait_until(lambda: "Only once" in stored_texts(network.server_url, session_id))
    expect(chat.pending.get_by_test_id("user-text")).to_have_text("Only once")
    network.break_off()
    chat.wait_for_question("Only once")
    chat.wait_for_answer("Yes.")
    assert chat.texts()[1:] == ["Hello", "Yes.", "Only once", "Yes."]
    assert stored_texts(network.server_url, session_id) == chat.texts()


def test_a_connection_broken_while_streaming_leaves_no_gap(visit: Visit, network: Relay, player: ScriptedAgent) -> None:
    visitor = visit(network.url)
    visitor.monitor.may_lose_connection = True
    chat = visitor.open_tab()
    gates = [player.new_gate() for _ in range(3)]
    player.answer_with(
        {"text": "One "},
        {"wait": gates[0]},
        {"text": "two "},
        {"wait": gates[1]},
        {"text": "three."},
        {"mark": gates[2]},
    )
    chat.open(NEW)
    chat.send("Count")
    expect(chat.answers.last).to_contain_text("One")
    network.lose_answers()
    player.open_gate(gates[0])
    wait_until(lambda: network.swallowed > 0)
    network.break_off()
    expect(chat.answers.last).to_contain_text("One two")
    network.lose_answers()
    player.open_gate(gates[1])
    player.wait_for(gates[2])
    network.break_off()
    chat.wait_for_answer("One two three.")


def test_text_typed_after_a_click_on_a_session_belongs_to_that_session(visit: Visit, network: Relay) -> None:
    visitor = visit(network.url)
    visitor.monitor.may_lose_connection = True
    chat = visitor.open_tab()
    left, entered = (new_session(network.server_url, title=title) for title in ("Left", "Entered"))
    chat.open(f"/chat/echo?session={left}")
    chat.write("Begun on the left")
    network.lose_requests()
    chat.row(entered).open()
    expect(chat.field).to_have_value("")
    chat.write("Written before the server answered")
    network.break_off()
    expect(chat.title).to_have_text("Entered")
    expect(chat.field).to_have_value("Written before the server answered")
    chat.row(left).open()
    expect(chat.title).to_have_text("Left")
    expect(chat.field).to_have_value("Begun on the left")


def test_messages_written_without_a_network_are_sent_in_order_later(
    chat: ChatPage, visitor: Visitor, player: ScriptedAgent
) -> None:
    visitor.monitor.may_lose_connection = True
    player.answer_with({"text": "Yes."})
    chat.open(NEW)
    session_id = chat.ask("Hello", answer="Yes.")
    visitor.context.set_offline(True)
    expect(chat.banner).to_be_visible()
    words = ["One", "Two", "Three"]
    for word in words:
        chat.send(word)
    expect(chat.pending.get_by_test_id("user-text")).to_have_text(words)
    expect(chat.banner).to_contain_text("3 messages will be sent when you are back online")
    visitor.context.set_offline(False)
    expect(chat.banner).to_have_count(0)
    expect(chat.presence).not_to_contain_text("not connected")
    expect(chat.questions).to_have_text(["Hello", *words])
    expect(chat.pending).to_have_count(0)
    expect(chat.page.get_by_test_id("actions")).to_have_count(5)
    assert [text for text in stored_texts(chat.url, session_id)[1:] if text != "Yes."] == ["Hello", *words]


def test_a_new_conversation_started_without_a_network_becomes_one_session(
    chat: ChatPage, visitor: Visitor, player: ScriptedAgent
) -> None:
    visitor.monitor.may_lose_connection = True
    player.answer_with({"text": "Yes."})
    chat.open(NEW)
    visitor.context.set_offline(True)
    expect(chat.banner).to_be_visible()
    chat.send("Begun offline, first")
    chat.send("Begun offline, second")
    expect(chat.pending).to_have_count(2)
    visitor.context.set_offline(False)
    chat.wait_for_question("Begun offline, second")
    expect(chat.page.get_by_test_id("actions")).to_have_count(3)
    said = ["Begun offline, first", "Yes.", "Begun offline, second", "Yes."]
    assert stored_texts(chat.url, chat.session_id())[1:] == said
    rows = httpx.get(f"{chat.url}/v1/chat").json()["items"]
    assert sum(row["preview"] == "Yes." and row["id"] == chat.session_id() for row in rows) == 1


def test_an_unsent_message_survives_a_reload(start_server: StartServer, visit: Visit, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start_server(data) as app:
        visitor = visit(app.url)
        visitor.monitor.may_lose_connection = True
        chat = visitor.open_tab()
        chat.open("/chat/echo?session=new")
        session_id = chat.ask("Hello", answer="Hello")
        app.kill()
        expect(chat.banner).to_be_visible()
        chat.send("Kept")
        expect(chat.pending).to_contain_text("waiting to send")
        with start_server(data, port=urlsplit(app.url).port or 0):
            chat.reload()
            chat.wait_for_question("Kept")
            chat.wait_for_answer("Kept")
            assert stored_texts(app.url, session_id) == ["Hello", "Hello", "Kept", "Kept"]


def test_a_message_that_the_server_refuses_is_restored_to_the_composer(chat: ChatPage) -> None:
    chat.open("/chat/echo?session=new")
    session_id = chat.ask("Hello", answer="Hello")
    chat.write("With a \x00 in it")
    chat.send_button.click()
    expect(chat.page.get_by_test_id("composer-error")).to_contain_text("NUL")
    expect(chat.field).to_have_value("With a \x00 in it")
    expect(chat.pending).to_have_count(0)
    assert stored_texts(chat.url, session_id) == ["Hello", "Hello"]
