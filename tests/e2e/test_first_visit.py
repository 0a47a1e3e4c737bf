"""A new installation, from the start page to the first answer."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.support.browser.fixture_types import StartServer, Visit
from tests.support.browser.scripted_agent import ScriptedAgent


def test_a_new_user_chooses_an_agent_sends_a_message_and_sees_the_answer_stream(
    start_server: StartServer, visit: Visit, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with start_server(data) as app:
        player = ScriptedAgent(data)
        gate = player.new_gate()
        player.answer_with({"text": "Once upon a time "}, {"wait": gate}, {"text": "there was a **database**."})
        chat = visit(app.url).open_tab()
        chat.open("/")
        expect(chat.no_rows).to_be_visible()
        expect(chat.page).to_have_title("Chat Sessions")
        chat.mark_page()
        chat.choose_agent("Player")
        expect(chat.greeting).to_contain_text("Hello. What shall we do?")
        expect(chat.field).to_be_focused()

        chat.send("Tell me a story")
        chat.wait_for_question("Tell me a story")
        expect(chat.answers.last).to_contain_text("Once upon a time")
        expect(chat.presence).to_contain_text("thinking")
        expect(chat.stop_button).to_be_visible()
        row = chat.row(chat.session_id())
        expect(row.root).to_contain_text("thinking…")

        player.open_gate(gate)
        chat.wait_for_answer("Once upon a time there was a database.")
        expect(chat.answers.last.locator("strong")).to_have_text("database")
        # The page was not reloaded between the start page and the conversation.
        expect(chat.marked).to_have_count(1)
        expect(chat.presence).to_contain_text("online")
        # The title is the first words at first; the title of the model replaces them after the answer.
        expect(chat.title).to_have_text("A title")
        expect(row.link).to_contain_text("A title")
        expect(row.root).to_contain_text("Once upon a time there was a")
        expect(chat.page).to_have_title("A title — Chat Sessions")
        expect(chat.page).to_have_url(re.compile(r"/chat/player\?session=ses_"))
        # The agent's greeting is part of the conversation.
        assert chat.texts()[0] == "Hello. What shall we do?"
