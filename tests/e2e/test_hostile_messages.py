"""No message stops the page: a hostile one is plain text with few elements, and can still be drawn on request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from chat_app.db.engine import Transaction
from chat_app.domain.sessions import TITLE_LIMIT
from tests.support.browser.fixture_types import StartServer, Visit
from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.hostile_shapes import hostile_text, read_shapes
from tests.support.seed import add_conversation, seed

MAX_ELEMENTS = 2_500
"""Maximum number of elements of a page with a hostile message."""
CODE = {
    "code in a long language",
    "code on one line",
    "a diagram of crossing edges",
    "a comment that hides a fence",
}
"""Texts that are drawn as a block of code, in chunks."""
SHARES = 4
"""Tests that share the texts, for several processes."""
HARMLESS = {"combining marks on one letter", "combining marks on every letter"}
"""Texts of which little is left without what is not shown."""
EMPHASIS = "emphasis that never closes"


@dataclass
class Archive:
    """A server with a session for each hostile text, which is its title, the message of a person and the answer.

    Args:
        url: Its origin.
        sessions: Ids of the sessions by the name of the text.
    """

    url: str = ""
    sessions: dict[str, str] = field(default_factory=dict[str, str])


@pytest.fixture(scope="module")
def archive(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("hostile") / "data"
    archive = Archive()

    async def fill(tx: Transaction) -> None:
        for name in read_shapes():
            text = hostile_text(name)
            archive.sessions[name], _ = await add_conversation(tx, title=text[:TITLE_LIMIT], texts=[text, text])

    seed(folder, fill)
    with start_server(folder) as app:
        archive.url = app.url
        yield archive


@pytest.fixture
def archived_chat(visit: Visit, archive: Archive) -> ChatPage:
    """A tab at the server of the archive."""
    return visit(archive.url).open_tab()


@pytest.mark.parametrize("share", range(SHARES))
def test_every_hostile_text_is_shown_with_few_elements(archived_chat: ChatPage, archive: Archive, share: int) -> None:
    chat = archived_chat
    for name in list(read_shapes())[share::SHARES]:
        chat.open(f"/chat/echo?session={archive.sessions[name]}")
        expect(chat.questions, name).to_have_count(1)
        test_id = "code-block" if name in CODE else "answer-text" if name in HARMLESS else "plain-note"
        expect(chat.answers.get_by_test_id(test_id).first, name).to_be_attached()
        assert chat.drawn_elements() < MAX_ELEMENTS, name


def test_an_answer_becomes_plain_text_when_it_crosses_a_bound_while_it_streams_in(
    chat: ChatPage, player: ScriptedAgent
) -> None:
    gate = player.new_gate()
    text = hostile_text(EMPHASIS)
    player.answer_with(
        {"text": "*Harmless* so far.\n\n"}, {"wait": gate}, {"text": text[:50_000]}, {"text": text[50_000:]}
    )
    chat.open("/chat/player?session=new")
    chat.send("Write")
    expect(chat.answers.last.locator("em")).to_have_text("Harmless")
    expect(chat.plain_note).to_have_count(0)
    player.open_gate(gate)
    expect(chat.plain_note).to_be_visible()
    expect(chat.answers.last.get_by_test_id("actions")).to_be_visible()
    expect(chat.answers.last.locator("em")).to_have_count(0)
    chat.reload()
    expect(chat.plain_note).to_be_visible()


def test_plain_text_can_be_drawn_anyway_with_the_keyboard_and_taken_back(chat: ChatPage, player: ScriptedAgent) -> None:
    items = "- an *item*\n" * 3_000
    text = f"Before *it*.\n\n{items}\n\n{hostile_text(EMPHASIS)}\n\nAfter *it*."
    player.answer_with({"text": text})
    chat.open("/chat/player?session=new")
    chat.send("Write")
    expect(chat.answers.last.get_by_test_id("actions")).to_be_visible()
    chat.draw_anyway.focus()
    chat.draw_anyway.press("Enter")
    expect(chat.answers.last.locator("em").filter(has_text="it").first).to_have_text("it")
    expect(chat.answers.last).to_contain_text("After it.")
    # What is far beyond the bounds by itself stays plain text.
    expect(chat.answers.last).to_contain_text("*a_ *a_")
    expect(chat.draw_anyway).to_be_focused()
    chat.draw_anyway.press("Enter")
    expect(chat.answers.last.locator("em")).to_have_count(0)


def test_a_long_ordinary_answer_is_drawn(chat: ChatPage, player: ScriptedAgent) -> None:
    rows = "\n".join(f"| {number} | `x` | **y** |" for number in range(150))
    code = "\n".join(f"    self._value[{number}] = a * b" for number in range(2_000))
    prose = "\n\n".join(["Rounding **up** and *down* differs by `1`, see [it](https://example.com)."] * 300)
    player.answer_with(
        {"text": f"{prose}\n\n| a | b | c |\n|---|---|---|\n{rows}\n\n```python\n{code}\n```\n\n$$x^2$$\n\nEnd."}
    )
    chat.open("/chat/player?session=new")
    chat.send("Write")
    expect(chat.answers.last.get_by_test_id("actions")).to_be_visible()
    chat.reload()
    answer = chat.answers.last
    expect(answer.locator("tbody tr")).to_have_count(150)
    expect(answer.locator(".katex").first).to_be_attached()
    expect(answer.get_by_test_id("code-block")).to_contain_text("_value[1999]")
    expect(answer.locator("strong")).to_have_count(450)
    expect(chat.plain_note).to_have_count(0)


def test_a_large_diagram_is_code_until_it_is_asked_for(chat: ChatPage, player: ScriptedAgent) -> None:
    edges = "\n".join(f"  a{number}-->b{number}" for number in range(70))
    player.answer_with({"text": f"```mermaid\ngraph TD\n{edges}\n```\n\nEnd."})
    chat.open("/chat/player?session=new")
    chat.ask("Draw", answer="End.")
    expect(chat.large_diagram).to_be_visible()
    expect(chat.answers.last.get_by_test_id("diagram")).to_have_count(0)
    chat.draw_anyway.click()
    expect(chat.answers.last.get_by_test_id("diagram")).to_be_visible()


@pytest.mark.parametrize("name", ["combining marks on one letter", "nested isolates"])
def test_a_hostile_text_in_the_composer_loses_only_what_would_stop_the_page(chat: ChatPage, name: str) -> None:
    chat.open("/chat/echo?session=new")
    chat.field.focus()
    chat.page.keyboard.insert_text(f"Before {hostile_text(name)} after")
    expect(chat.field).not_to_have_value("")
    value = chat.field.input_value()
    assert value.startswith("Before ")
    assert value.endswith(" after")
    assert len(value) < 60_000
    chat.reload()
    assert chat.field.input_value() == value
