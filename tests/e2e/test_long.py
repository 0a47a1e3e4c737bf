"""Long conversations and lists: the DOM stays small, and messages keep their position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from chat_app.db.engine import Transaction
from tests.support.browser.fixture_types import StartServer, Visit
from tests.support.browser.pages import ChatPage
from tests.support.seed import add_conversation, add_sessions, seed

MESSAGES = 400
SESSIONS = 1_000
MAX_ELEMENTS = 2_500
"""Maximum number of elements of the page: some screens of rows and the frame around them."""
NEEDLES = (37, 201, 398)
"""Indexes of the messages that contain the searched word."""
STRIDE = 500
"""Pixels of one wheel movement, less than the overscan of the transcript."""
SETTLED = """
(box) => new Promise((done) => {
  let [before, frames] = ["", 0];
  const look = () => {
    const now = `${box.scrollTop} ${box.scrollHeight}`;
    frames = now === before ? frames + 1 : 0;
    before = now;
    if (frames < 4) requestAnimationFrame(look);
    else done(box.scrollTop);
  };
  look();
})
"""
"""Waits until an element stops scrolling, and returns its scroll position."""


@dataclass
class Archive:
    """A server with a long session and many sessions.

    Args:
        url: Its origin.
        session_id: The long session.
        message_ids: Its messages, oldest first.
    """

    url: str = ""
    session_id: str = ""
    message_ids: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The address of the long session."""
        return f"/chat/echo?session={self.session_id}"


def text_of(number: int) -> str:
    """Return the text of a message of the long session: one line for a question, paragraphs for an answer."""
    needle = " with a Needle" if number in NEEDLES else ""
    if number % 2 == 0:
        return f"Question {number}{needle}?"
    return "\n\n".join([f"Answer {number}{needle}.", *("Some more **words** of it." for _ in range(number % 7))])


@pytest.fixture(scope="module")
def archive(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("long") / "data"
    archive = Archive()

    async def fill(tx: Transaction) -> None:
        await add_sessions(tx, count=SESSIONS, days=100)
        texts = [text_of(number) for number in range(MESSAGES)]
        archive.session_id, ids = await add_conversation(tx, title="A long story", texts=texts)
        archive.message_ids = tuple(ids)

    seed(folder, fill)
    with start_server(folder) as app:
        archive.url = app.url
        yield archive


@pytest.fixture
def chat(visit: Visit, archive: Archive) -> ChatPage:
    """A tab at the server of the archive."""
    return visit(archive.url).open_tab()


def top_of(chat: ChatPage, message_id: str) -> float:
    box = chat.message(message_id).bounding_box()
    assert box is not None
    return box["y"]


def first_in_view(chat: ChatPage) -> str:
    """Return the id of the first message whose top is visible."""
    return chat.messages.evaluate_all(
        "(all) => all.find((message) => message.getBoundingClientRect().top >= 0).dataset.message"
    )


def test_a_long_session_opens_at_its_end_and_renders_few_elements(chat: ChatPage, archive: Archive) -> None:
    chat.open(archive.address)
    expect(chat.message(archive.message_ids[-1])).to_be_in_viewport()
    assert chat.distance_to_end() < 2
    assert chat.drawn_elements() < MAX_ELEMENTS


def test_older_pages_are_loaded_while_scrolling_up_and_messages_keep_their_position(
    chat: ChatPage, archive: Archive
) -> None:
    chat.open(archive.address)
    expect(chat.message(archive.message_ids[-1])).to_be_in_viewport()
    chat.transcript.hover()
    seen: set[str] = set(chat.message_ids())
    for _ in range(MESSAGES):
        held = first_in_view(chat)
        before = top_of(chat, held)
        chat.page.mouse.wheel(0, -STRIDE)
        if chat.transcript.evaluate(SETTLED) > 0:
            assert top_of(chat, held) == pytest.approx(before + STRIDE, abs=2)
        seen.update(chat.message_ids())
        assert chat.drawn_elements() < MAX_ELEMENTS
        if archive.message_ids[0] in seen:
            break
    assert seen == set(archive.message_ids)


@pytest.mark.parametrize("number", [0, 37, 201])
def test_a_link_to_an_old_message_scrolls_to_it(chat: ChatPage, archive: Archive, number: int) -> None:
    target = archive.message_ids[number]
    chat.page.goto(chat.url + f"{archive.address}&message={target}")
    expect(chat.message(target)).to_have_class("msg mine flash" if number % 2 == 0 else "msg theirs flash")
    expect(chat.message(target)).to_be_in_viewport()
    expect(chat.latest).to_be_visible()
    chat.latest.click()
    expect(chat.message(archive.message_ids[-1])).to_be_in_viewport()
    assert chat.distance_to_end() < 2


def test_newer_pages_are_loaded_while_scrolling_down_from_an_old_message(chat: ChatPage, archive: Archive) -> None:
    start = 180
    chat.open(f"{archive.address}&message={archive.message_ids[start]}")
    expect(chat.message(archive.message_ids[start])).to_be_in_viewport()
    chat.transcript.hover()
    seen: set[str] = set(chat.message_ids())
    for _ in range(MESSAGES):
        chat.page.mouse.wheel(0, STRIDE)
        chat.transcript.evaluate(SETTLED)
        seen.update(chat.message_ids())
        assert chat.drawn_elements() < MAX_ELEMENTS
        if archive.message_ids[-1] in seen and chat.distance_to_end() < 2:
            break
    assert [number for number in range(start, MESSAGES) if archive.message_ids[number] not in seen] == []
    expect(chat.latest).to_have_count(0)


def test_find_includes_messages_that_are_not_loaded(chat: ChatPage, archive: Archive) -> None:
    chat.open(archive.address)
    expect(chat.message(archive.message_ids[-1])).to_be_in_viewport()
    chat.find("needle")
    expect(chat.find_count).to_have_text("3 of 3")
    expect(chat.message(archive.message_ids[398])).to_be_in_viewport()
    chat.find_field.press("Enter")
    expect(chat.find_count).to_have_text("2 of 3")
    expect(chat.message(archive.message_ids[201])).to_be_in_viewport()
    chat.find_field.press("Enter")
    expect(chat.find_count).to_have_text("1 of 3")
    expect(chat.message(archive.message_ids[37])).to_be_in_viewport()
    chat.find_field.press("Shift+Enter")
    expect(chat.message(archive.message_ids[201])).to_be_in_viewport()
    chat.find_field.press("Escape")
    expect(chat.find_field).to_have_count(0)


def test_sending_while_an_old_message_is_shown_scrolls_to_the_new_message(chat: ChatPage, archive: Archive) -> None:
    chat.open(f"{archive.address}&message={archive.message_ids[10]}")
    expect(chat.message(archive.message_ids[10])).to_be_in_viewport()
    chat.send("What is new?")
    chat.wait_for_question("What is new?")
    chat.wait_for_answer("What is new?")
    expect(chat.questions.last).to_be_in_viewport()


UNDER_THE_POINTER = """(box) => new Promise((done) => {
  const { left, top, width, height } = box.getBoundingClientRect();
  box.addEventListener("scroll", () => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(document.elementFromPoint(left + width / 2, top + height / 2) !== box))), { once: true });
  box.scrollTop += box.scrollTop > 0 ? -200 : 200;
})"""
"""Scrolls an element, and returns whether its content can be clicked while it scrolls."""


def test_elements_can_be_clicked_while_their_container_scrolls(chat: ChatPage, archive: Archive) -> None:
    chat.open(archive.address)
    expect(chat.rows.first).to_contain_text("A long story")
    expect(chat.messages.last).to_be_in_viewport()
    for box in (chat.session_list, chat.transcript):
        assert box.evaluate(UNDER_THE_POINTER)


def test_a_list_of_a_thousand_sessions_renders_few_elements(chat: ChatPage, archive: Archive) -> None:
    chat.open(archive.address)
    expect(chat.rows.first).to_contain_text("A long story")
    expect(chat.sidebar.get_by_role("heading", name="Today")).to_be_visible()
    assert chat.drawn_elements() < MAX_ELEMENTS
    last = chat.rows.filter(has_text=f"Session {SESSIONS - 1}")
    chat.rows.first.hover()
    for _ in range(SESSIONS):
        if last.count():
            break
        chat.page.mouse.wheel(0, 10 * STRIDE)
        chat.session_list.evaluate(SETTLED)
    expect(last).to_be_visible()
    assert chat.drawn_elements() < MAX_ELEMENTS
    last.get_by_role("link").click()
    expect(chat.title).to_have_text(f"Session {SESSIONS - 1}")
