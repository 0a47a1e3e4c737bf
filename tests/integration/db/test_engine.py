"""Cancelled database callers leak no connection, and every commit is published with its events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from chat_app.db.engine import Database
from chat_app.domain.events import ChatEvent, SessionRenamed
from chat_app.domain.sessions import TitleSource
from tests.support.builders import START

pytestmark = pytest.mark.anyio

AT_ONCE = 5
"""The turns of the event loop that a reader takes which waits for nothing but its own cleaning up."""
STEPS = 60
"""How often a caller is cancelled, each time later: from before its first statement to after its last."""


class Published:
    """A database with one table, and its published events."""

    def __init__(self, path: Path) -> None:
        self.events: list[ChatEvent] = []
        self.connections = 0
        self.database = Database(f"sqlite+aiosqlite:///{path}", publish=self.events.extend)
        for engine in (self.database._engine, self.database._scanning):  # pyright: ignore[reportPrivateUsage]
            event.listen(engine.sync_engine, "connect", self._count)

    def _count(self, *_: object) -> None:
        self.connections += 1

    async def write(self, name: str) -> None:
        """Insert a row, and record an event for it."""
        async with self.database.write() as tx:
            await tx.session.exec(text("INSERT INTO word VALUES (:name)").bindparams(name=name))  # type: ignore[call-overload]
            tx.events.append(
                ChatEvent(
                    session_id="ses_1",
                    workspace_id="wsp_1",
                    created_at=START,
                    seq=1,
                    position=1,
                    data=SessionRenamed(title=name, title_source=TitleSource.PERSON),
                )
            )

    async def read(self, *, scan: bool = False) -> list[str]:
        """Return all rows."""
        async with self.database.scan() if scan else self.database.read() as tx:
            return [row[0] for row in await tx.session.exec(text("SELECT name FROM word"))]  # type: ignore[call-overload]

    async def select_nothing(self) -> None:
        """Read, before there is a table."""
        async with self.database.read() as tx:
            await tx.session.exec(text("SELECT 1"))  # type: ignore[call-overload]


@pytest.fixture
async def published(tmp_path: Path) -> AsyncIterator[Published]:
    published = Published(tmp_path / "words.db")
    await published.database.run_sync(lambda connection: connection.exec_driver_sql("CREATE TABLE word (name TEXT)"))
    yield published
    await published.database.close()


async def cancel_after(step: int, task: asyncio.Task[object]) -> None:
    """Cancel a task, later with each step, and again until it has ended."""
    for _ in range(step * step):
        await asyncio.sleep(0)
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)


async def test_a_commit_is_published_even_if_its_caller_is_cancelled(published: Published) -> None:
    for step in range(STEPS):
        await cancel_after(step, asyncio.create_task(published.write(f"word {step}")))
    names = [each.data.title for each in published.events if isinstance(each.data, SessionRenamed)]
    assert await published.read() == names
    assert 0 < len(names) <= STEPS


@pytest.mark.parametrize("scan", [False, True])
async def test_cancelled_readers_do_not_leak_connections(
    published: Published, caplog: pytest.LogCaptureFixture, scan: bool
) -> None:
    await published.write("one")
    await published.read(scan=scan)
    before = published.connections
    with caplog.at_level(logging.WARNING):
        for step in range(STEPS):
            await cancel_after(step, asyncio.create_task(published.read(scan=scan)))
    assert await published.read() == ["one"]
    assert published.connections == before
    assert not caplog.records


async def test_the_first_connection_opens_without_waiting_for_a_thread(tmp_path: Path) -> None:
    published = Published(tmp_path / "empty.db")
    reader = asyncio.create_task(published.select_nothing())
    for _ in range(AT_ONCE):
        await asyncio.sleep(0)
    assert reader.done()
    assert published.connections == 1
    await published.database.close()
