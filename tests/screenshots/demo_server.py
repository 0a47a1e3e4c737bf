"""Starts the server of the scenes: scripted agents, sessions of several days, and an unfinished model download."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from chat_app.agents.models.embedded.catalogue import FALLBACK_MODEL
from chat_app.db.engine import Transaction
from chat_app.domain.sessions import Origin
from tests.support.agents import SCRIPT, write_script
from tests.support.browser.pages import ChatPage
from tests.support.browser.scripted_agent import ScriptedAgent
from tests.support.seed import add_conversation, seed
from tests.support.servers import SCRIPTED_ENV, RunningApp, start_app, wait_until
from tests.support.slow_hub import slow_hub

CODER = "coder"
"""The agent that plays the script of a scene."""
LOCAL = "local"
"""The agent whose model is never downloaded completely."""
_CODER = """
[[agents]]
key = "coder"
name = "Coder"
color = "#5b6ee1"
model = "scripted:{script}"
description = "Reads, runs and explains code"
tools = ["calculator", "clock", "fetch_url"]
greeting = "Hello. Show me what is broken, and I will find out why."
"""
_OTHERS = """
[[agents]]
key = "echo"
name = "Analyst"
color = "#b4552d"
model = "scripted:echo"
description = "Tables, trends, totals"

[[agents]]
key = "local"
name = "Local"
color = "#2d8a74"
model = "local:{local}"
description = "On this machine"
"""
_EARLIER = (
    ("Quarterly revenue questions", None, 1, ["Which region grew?", "Here is the table by region for the quarter."]),
    ("Login loop on Safari", Origin.WEBHOOK, 2, ["A new issue came in.", "Reproduced. The root cause is the cookie."]),
    ("Morning incident digest", Origin.CRON, 4, ["What happened overnight?", "Three alerts, none of them open."]),
    ("Rename the billing module", Origin.CLI, 26, ["Plan it.", "Ship it behind the flag first."]),
    ("Postgres upgrade plan", None, 28, ["Which steps?", "Step 4 needs a maintenance window."]),
    ("Why is CI slow on Mondays", None, 90, ["Why?", "Cache eviction, not the runners."]),
)
_ARCHIVED = "Notes on the old parser"


@dataclass(kw_only=True)
class DemoServer:
    """The server of the scenes.

    Args:
        app: The process.
        folder: Its data folder.
        player: Controls the agent `coder`.
    """

    app: RunningApp
    folder: Path
    player: ScriptedAgent
    chat: ChatPage = field(init=False)
    """The page on which the scene is shown; a different one for each size."""
    _opened: list[str] = field(default_factory=list[str])
    _added: set[str] = field(default_factory=set[str])

    def add_agents(self) -> None:
        """Add the other agents to the agents file and wait until they are loaded; only the first call has an effect."""
        if not self._add("agents"):
            return
        path = self.folder / "agents.toml"
        path.write_text(path.read_text(encoding="utf-8") + _OTHERS.format(local=FALLBACK_MODEL), encoding="utf-8")
        wait_until(lambda: len(httpx.get(f"{self.app.url}/v1/agents").json()["items"]) > 1)

    def add_earlier_sessions(self) -> None:
        """Add sessions of the last days; only the first call has an effect."""
        if not self._add("sessions"):
            return

        async def fill(tx: Transaction) -> None:
            for title, origin, hours, texts in _EARLIER:
                await add_conversation(tx, title=title, texts=texts, age=timedelta(hours=hours), origin=origin)

        seed(self.folder, fill)
        httpx.delete(f"{self.app.url}/v1/chat/{self.new_session(_ARCHIVED)}").raise_for_status()

    def new_session(self, title: str, *, agent: str = CODER) -> str:
        """Create a session with a title and return its id."""
        answer = httpx.post(f"{self.app.url}/v1/chat", json={"agent_key": agent, "title": title})
        return answer.raise_for_status().json()["id"]

    def open_session(self, title: str, *, agent: str = CODER) -> str:
        """Create a session with a title, open it on the page and return its id."""
        session_id = self.new_session(title, agent=agent)
        self._opened.append(session_id)
        self.chat.open(f"/chat/{agent}?session={session_id}")
        return session_id

    def _add(self, what: str) -> bool:
        new = what not in self._added
        self._added.add(what)
        return new

    def clear(self) -> None:
        """End every turn and delete the sessions that scenes opened."""
        self.player.open_all_gates()
        while self._opened:
            httpx.delete(f"{self.app.url}/v1/chat/{self._opened.pop()}?permanent=true").raise_for_status()


@contextmanager
def start_demo_server(folder: Path) -> Generator[DemoServer]:
    """Run a server with one agent and no session while the context is open."""
    folder.mkdir()
    write_script(folder, [{"times": None, "chunks": [{"text": "Yes."}]}])
    (folder / "agents.toml").write_text(_CODER.format(script=folder / SCRIPT), encoding="utf-8")
    with slow_hub() as hub, start_app(folder, env={**SCRIPTED_ENV, "HF_ENDPOINT": hub}) as app:
        demo = DemoServer(app=app, folder=folder, player=ScriptedAgent(folder))
        yield demo
        demo.player.open_all_gates()
