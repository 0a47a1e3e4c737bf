"""What the browser benchmarks share: a server with scripted agents, sessions of any length, and a measured page."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, cast

import anyio
import httpx
from playwright.sync_api import CDPSession, Page, ViewportSize, WebSocket, sync_playwright

from chat_app.db import events, messages, sessions, turns
from chat_app.db.engine import Database, Transaction
from chat_app.db.migrate import upgrade
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.agents import Agent
from chat_app.domain.ids import new_id
from chat_app.domain.messages import Message
from chat_app.domain.parts import TextPart
from chat_app.domain.sessions import ChatSession, SessionStatus, TitleSource, Visibility
from chat_app.domain.turns import Turn, TurnStatus, Usage
from chat_app.services.runtime import now
from chat_app.settings.application import Settings
from tests.support.chromium import find_or_install_chromium, launch_arguments
from tests.support.servers import RunningApp, start_app

AGENT = "bench"
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
_PARAGRAPH = "Rounding **up** in one place and *down* in another differs by `1`. See [the page](https://example.com)."
_CODE = "```python\ndef now() -> datetime:\n    return datetime.now(UTC).replace(microsecond=0)\n```"


def markdown(tokens: int, *, mark_every: int = 0, mark: str = "m") -> str:
    """Return Markdown of this many words: paragraphs, lists, code and tables.

    Args:
        tokens: Words, each with the white space before it: what a scripted model says as one token.
        mark_every: Every so many words is the mark and its number, so that its arrival can be seen; 0 marks none.
        mark: What stands before the number.
    """
    blocks = [_PARAGRAPH, "- one item\n- another item\n- a third", _PARAGRAPH, _CODE, "| a | b |\n|---|---|\n| 1 | 2 |"]
    words = re.findall(r"\s*\S+", "\n\n".join(blocks[index % len(blocks)] for index in range(tokens)))[:tokens]
    for number in range(mark_every, tokens, mark_every or tokens):
        words[number] = re.match(r"\s*", words[number])[0] + f"{mark}{number}"  # type: ignore[index]
    words[-1] = f" {mark}{tokens - 1}" if mark_every else words[-1]
    return "".join(words)


@contextmanager
def bench_server(script: dict[str, Any], *, lengths: Sequence[int] = (), sessions_in_list: int = 0) -> Generator[Bench]:
    """Run a server whose one agent plays the script, with sessions of the given lengths already there."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        script_path = data / "script.json"
        script_path.write_text(json.dumps(script), encoding="utf-8")
        agent = f'key = "{AGENT}"\nname = "Bench"\ncolor = "#5b6ee1"\nmodel = "scripted:{script_path}"\n'
        (data / "agents.toml").write_text(f"[[agents]]\n{agent}", encoding="utf-8")
        seeded = anyio.run(_seed, Settings(data_dir=data), tuple(lengths), sessions_in_list, str(script_path))
        with start_app(data, env={"CHAT_APP_ALLOW_SCRIPTED": "1"}) as app:
            yield Bench(app, seeded)


class Bench:
    """A running server and its seeded sessions.

    Args:
        app: The server.
        seeded: Session ids by number of messages.
    """

    def __init__(self, app: RunningApp, seeded: dict[int, str]) -> None:
        self.app = app
        self.seeded = seeded
        self.http = httpx.Client(base_url=app.url, timeout=30)

    def new_session(self) -> str:
        """Make an empty session with a title, so that no title is asked for."""
        answer = self.http.post("/v1/chat", json={"agent_key": AGENT, "title": "Bench"})
        answer.raise_for_status()
        return answer.json()["id"]

    def address(self, session_id: str) -> str:
        """Return the page's address of a session."""
        return f"{self.app.url}/chat/{AGENT}?session={session_id}"


@contextmanager
def measured_page() -> Generator[MeasuredPage]:
    """Open a page of Chromium with everything that is measured switched on."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_or_install_chromium(), args=[*launch_arguments(), "--disable-background-networking"]
        )
        page = browser.new_page(viewport=VIEWPORT)
        yield MeasuredPage(page)
        browser.close()


class MeasuredPage:
    """A page and what it costs.

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
        """Return the seconds of work that the page's main thread has done so far."""
        answer = cast("dict[str, Any]", self._cdp.send("Performance.getMetrics"))  # pyright: ignore[reportUnknownMemberType]
        return next(float(metric["value"]) for metric in answer["metrics"] if metric["name"] == "TaskDuration")

    def long_tasks(self) -> int:
        """Return the number of tasks over 50 ms so far."""
        return self.page.evaluate("window.benchLongTasks.length")


_OBSERVE_LONG_TASKS = """
window.benchLongTasks = [];
new PerformanceObserver((list) => window.benchLongTasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({ type: "longtask", buffered: true });
"""


def spread(values: Sequence[float], *, digits: int = 0) -> str:
    """Return median and range for print."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


async def _seed(settings: Settings, lengths: tuple[int, ...], in_list: int, script: str) -> dict[int, str]:
    database = Database(settings.sqlalchemy_url, publish=lambda _: None)
    await upgrade(database)
    agent = Agent(key=AGENT, name="Bench", color="#5b6ee1", model=f"scripted:{script}")
    seeded: dict[int, str] = {}
    async with database.write() as tx:
        for number in range(in_list):
            await _seed_session(tx, agent, title=f"Session {number}", length=0)
        for length in lengths:
            seeded[length] = await _seed_session(tx, agent, title=f"With {length} messages", length=length)
    await database.close()
    return seeded


async def _seed_session(tx: Transaction, agent: Agent, *, title: str, length: int) -> str:
    at = now()
    session = ChatSession(
        id=new_id("ses"),
        workspace_id=LOCAL_OWNER.workspace_id,
        agent_key=agent.key,
        creator_id=LOCAL_OWNER.user_id,
        title=title,
        title_source=TitleSource.PERSON,
        status=SessionStatus.ACTIVE,
        origin=None,
        visibility=Visibility.PRIVATE,
        created_at=at,
        updated_at=at,
        last_activity_at=at,
    )
    await sessions.insert(tx, session)
    if length:
        await events.reserve(tx, session.id, count=length)
    for seq, message, turn in _exchanges(session, agent, length):
        await messages.insert(tx, session.workspace_id, message, seq=seq, arrived_seq=None)
        if turn is not None:
            await turns.insert(tx, turn, agent=agent)
    return session.id


def _exchanges(session: ChatSession, agent: Agent, length: int) -> Iterator[tuple[int, Message, Turn | None]]:
    parent: str | None = None
    turn_id = ""
    for seq in range(1, length + 1):
        asks = seq % 2 == 1
        turn_id = new_id("trn") if asks else turn_id
        text = f"Question {seq}?" if asks else markdown(80)
        message = Message(
            id=new_id("msg"),
            chat_session_id=session.id,
            parent_id=parent,
            role="user" if asks else "assistant",
            kind="plain",
            parts=(TextPart(id="0.0", text=text),),
            task_id=turn_id,
            author_id=LOCAL_OWNER.user_id if asks else None,
            request_id=None,
            created_at=session.created_at,
        )
        yield seq, message, None if asks else _turn(session, agent, turn_id, question=parent or "", answer=message.id)
        parent = message.id


def _turn(session: ChatSession, agent: Agent, turn_id: str, *, question: str, answer: str) -> Turn:
    at = session.created_at
    return Turn(
        id=turn_id,
        session_id=session.id,
        workspace_id=session.workspace_id,
        user_message_id=question,
        assistant_message_id=answer,
        agent_key=agent.key,
        model=agent.model,
        status=TurnStatus.COMPLETED,
        attempt=1,
        resumed_at=None,
        delay=None,
        usage=Usage(),
        error_code=None,
        created_at=at,
        started_at=at,
        finished_at=at,
    )
