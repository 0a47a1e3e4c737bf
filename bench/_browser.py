"""Helpers of the browser benchmarks: a server with seeded sessions, and a page whose costs are measured."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, cast

import httpx
from playwright.sync_api import CDPSession, Page, ViewportSize, WebSocket, sync_playwright

from chat_app.db.engine import Transaction
from chat_app.domain.agents import Agent
from tests.support.chromium import find_or_install_chromium, launch_arguments
from tests.support.seed import add_conversation, add_sessions, seed
from tests.support.servers import RunningApp, start_app

AGENT = "bench"
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
_PARAGRAPH = "Rounding **up** in one place and *down* in another differs by `1`. See [the page](https://example.com)."
_CODE = "```python\ndef now() -> datetime:\n    return datetime.now(UTC).replace(microsecond=0)\n```"


def markdown(tokens: int, *, mark_every: int = 0, mark: str = "m") -> str:
    """Return Markdown with paragraphs, lists, code and tables.

    Args:
        tokens: Number of words; a scripted model sends a word with the white space before it as one token.
        mark_every: Distance in words between numbered marks, by which the arrival of text is measured; 0 for none.
        mark: The text before the number of a mark.
    """
    blocks = [_PARAGRAPH, "- one item\n- another item\n- a third", _PARAGRAPH, _CODE, "| a | b |\n|---|---|\n| 1 | 2 |"]
    words = re.findall(r"\s*\S+", "\n\n".join(blocks[index % len(blocks)] for index in range(tokens)))[:tokens]
    for number in range(mark_every, tokens, mark_every or tokens):
        words[number] = re.match(r"\s*", words[number])[0] + f"{mark}{number}"  # type: ignore[index]
    words[-1] = f" {mark}{tokens - 1}" if mark_every else words[-1]
    return "".join(words)


@contextmanager
def bench_server(
    script: dict[str, Any],
    *,
    lengths: Sequence[int] = (),
    sessions_in_list: int = 0,
    conversations: Sequence[tuple[str, Sequence[str]]] = (),
    model_server: str | None = None,
) -> Generator[Bench]:
    """Run a server with one agent and seeded sessions.

    Args:
        script: The script of the agent's model.
        model_server: The address of a server whose model answers instead of the script.
        lengths: A session is seeded for each of these numbers of messages.
        sessions_in_list: Number of empty sessions.
        conversations: The title and the texts of further sessions.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        script_path = data / "script.json"
        script_path.write_text(json.dumps(script), encoding="utf-8")
        agent = Agent(key=AGENT, name="Bench", color="#5b6ee1", model=f"scripted:{script_path}")
        if model_server is not None:
            agent = agent.model_copy(update={"model": "openai:m", "base_url": model_server})
        names = ("key", "name", "color", "model", *(("base_url",) if model_server is not None else ()))
        lines = (f'{name} = "{getattr(agent, name)}"' for name in names)
        (data / "agents.toml").write_text("\n".join(["[[agents]]", *lines]), encoding="utf-8")
        seeded: dict[int, str] = {}
        conversation_ids: list[str] = []

        async def fill(tx: Transaction) -> None:
            await add_sessions(tx, count=sessions_in_list, days=0, agent=agent)
            for length in lengths:
                texts = [markdown(80) if number % 2 else f"Question {number + 1}?" for number in range(length)]
                title = f"With {length} messages"
                seeded[length], _ = await add_conversation(tx, title=title, texts=texts, agent=agent)

            for title, texts in conversations:
                session_id, _ = await add_conversation(tx, title=title, texts=texts, agent=agent)
                conversation_ids.append(session_id)

        seed(data, fill)
        with start_app(data, env={"CHAT_APP_ALLOW_SCRIPTED": "1"}) as app:
            yield Bench(app, seeded, conversation_ids)


class Bench:
    """A running server with seeded sessions.

    Args:
        app: The server.
        seeded: Session ids by number of messages.
        conversations: Session ids of the further conversations.
    """

    def __init__(self, app: RunningApp, seeded: dict[int, str], conversations: Sequence[str] = ()) -> None:
        self.app = app
        self.seeded = seeded
        self.conversations = conversations
        self.http = httpx.Client(base_url=app.url, timeout=30)

    def new_session(self) -> str:
        """Create an empty session; its title keeps the agent from making one."""
        answer = self.http.post("/v1/chat", json={"agent_key": AGENT, "title": "Bench"})
        answer.raise_for_status()
        return answer.json()["id"]

    def address(self, session_id: str) -> str:
        """Return the page's address of a session."""
        return f"{self.app.url}/chat/{AGENT}?session={session_id}"


@contextmanager
def measured_page() -> Generator[MeasuredPage]:
    """Open a page of Chromium whose costs are measured."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_or_install_chromium(), args=[*launch_arguments(), "--disable-background-networking"]
        )
        page = browser.new_page(viewport=VIEWPORT)
        yield MeasuredPage(page)
        browser.close()


class MeasuredPage:
    """A page that counts received bytes, flushes of text, work of the main thread and long tasks.

    Args:
        page: The page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.received = 0
        self.flushes = 0
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable")  # pyright: ignore[reportUnknownMemberType]
        page.add_init_script(_OBSERVE_LONG_TASKS)
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        def count(frame: str | bytes) -> None:
            self.received += len(frame.encode() if isinstance(frame, str) else frame)
            self.flushes += '"op":"delta"' in str(frame) or '"op": "delta"' in str(frame)

        socket.on("framereceived", count)

    def main_thread_seconds(self) -> float:
        """Return the seconds for which the main thread of the page has worked so far."""
        answer = cast("dict[str, Any]", self._cdp.send("Performance.getMetrics"))  # pyright: ignore[reportUnknownMemberType]
        return next(float(metric["value"]) for metric in answer["metrics"] if metric["name"] == "TaskDuration")

    def longest_task(self) -> float:
        """Return the duration of the longest task since the page was loaded, in ms; 0 when all were under 50 ms."""
        return self.page.evaluate("Math.max(0, ...window.benchLongTasks)")

    def long_tasks(self) -> int:
        """Return the number of tasks over 50 ms so far."""
        return self.page.evaluate("window.benchLongTasks.length")


_OBSERVE_LONG_TASKS = """
window.benchLongTasks = [];
new PerformanceObserver((list) => window.benchLongTasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({ type: "longtask", buffered: true });
"""


def spread(values: Sequence[float], *, digits: int = 0) -> str:
    """Format the median and the range of values."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"
