"""After random actions and interruptions a tab shows the same as a new one."""

from __future__ import annotations

import random
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser.fixture_types import Visit
from tests.support.browser.pages import ChatPage
from tests.support.browser.relay import Relay, start_relay
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.browser.visitor import Visitor
from tests.support.rest_client import new_session
from tests.support.servers import RunningApp, wait_until

STEPS = 14
"""Random actions of one walk."""
TRANSCRIPT = """
(box) => [
  ...box.querySelectorAll("[data-testid=message], [data-testid=pending-send], [data-testid=day]"),
].map((each) => {
  const copy = each.cloneNode(true);
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    element.classList.remove("flash");
    for (const name of ["style", "id", "aria-describedby"]) element.removeAttribute(name);
  }
  return copy.outerHTML;
})
"""
"""Returns the HTML of the transcript without attributes that depend on the way it was rendered."""
ANSWER = [
    {"reasoning": "Let me think about this. "},
    {"text": "First a **list**:\n\n- one\n- two\n\n"},
    {"tool": "calculator", "arguments": {"expression": "6*7"}},
]
CLOSING = [{"text": "```python\nprint(42)\n```\n\nand "}, {"text": "| a | b |\n|---|---|\n| 1 | 2 |\n\nthat is all."}]


class Walk:
    """Random actions of one tab: opening sessions, reloads and broken connections.

    Args:
        chat: The tab.
        network: The relay between the tab and the server.
        visitor: The browser of the tab.
        session_ids: The sessions that the tab opens.
        chance: Chooses the actions.
    """

    def __init__(
        self, chat: ChatPage, network: Relay, visitor: Visitor, session_ids: list[str], chance: random.Random
    ) -> None:
        self._chat = chat
        self._network = network
        self._visitor = visitor
        self._session_ids = session_ids
        self._chance = chance
        self.sent = 0

    def take(self) -> None:
        """Take one random action."""
        steps: list[Callable[[], None]] = [
            self._reload,
            self._switch,
            self._switch,
            self._break_off,
            self._go_offline,
            self._go_back,
            self._send,
        ]
        self._chance.choice(steps)()
        self._chat.page.wait_for_timeout(self._chance.choice((0, 50, 300)))

    def _reload(self) -> None:
        self._chat.reload()

    def _switch(self) -> None:
        self._chat.row(self._chance.choice(self._session_ids)).open()

    def _break_off(self) -> None:
        self._network.break_off()

    def _go_offline(self) -> None:
        self._visitor.context.set_offline(True)
        self._chat.page.wait_for_timeout(200)
        self._visitor.context.set_offline(False)

    def _go_back(self) -> None:
        self._chat.page.go_back()
        self._chat.wait_until_usable()

    def _send(self) -> None:
        # Typed text belongs to the shown conversation, which changes after the address.
        expect(self._chat.title).to_have_text(f"Session {self._session_ids.index(self._chat.session_id())}")
        self.sent += 1
        self._chat.send(f"Message {self.sent} of the walk")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_tab_after_random_actions_shows_the_same_as_a_new_tab(
    visit: Visit, server: RunningApp, player: ScriptedAgent, seed: int
) -> None:
    player.play({"on": {"call": 1}, "chunks": ANSWER}, {"chunks": CLOSING}, tokens_per_second=12)
    with start_relay(server.url) as network:
        visitor = visit(network.url)
        visitor.monitor.may_lose_connection = True
        chat = visitor.open_tab()
        ids: list[str] = []
        for number in range(3):
            ids.append(new_session(server.url, title=f"Session {number}", agent="player"))
            chat.open(f"/chat/player?session={ids[number]}")
            chat.send(f"Question {number}")
            chat.wait_for_question(f"Question {number}")
        walk = Walk(chat, network, visitor, ids, random.Random(seed))
        for _ in range(STEPS):
            walk.take()
        expect(chat.pending).to_have_count(0)

        wait_until(lambda: all(row["live"] == "idle" for row in rows_of(server.url, ids)), seconds=60)
        fresh = visit(server.url).open_tab()
        for session_id in ids:
            chat.row(session_id).open()
            fresh.open(f"/chat/player?session={session_id}")
            expect(fresh.page.get_by_test_id("actions").last).to_be_visible()
            expect(chat.title).to_have_text(fresh.title.inner_text())
            wait_until(lambda: drawn(chat) == drawn(fresh))
    asked = [text for session_id in ids for text in questions_of(server.url, session_id)]
    assert sum(text.startswith("Message") for text in asked) == walk.sent


def drawn(chat: ChatPage) -> list[str]:
    """Return the rendered HTML of each message of the transcript."""
    return chat.transcript.evaluate(TRANSCRIPT)


def rows_of(url: str, ids: list[str]) -> list[dict[str, object]]:
    """Return the rows of the session list."""
    return [row for row in httpx.get(f"{url}/v1/chat").json()["items"] if row["id"] in ids]


def questions_of(url: str, session_id: str) -> list[str]:
    """Return the messages of people in a session."""
    items = httpx.get(f"{url}/v1/chat/{session_id}/messages", params={"limit": 200}).json()["items"]
    return [item["content"] for item in items if item["role"] == "user"]
