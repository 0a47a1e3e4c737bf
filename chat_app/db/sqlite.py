"""How SQLite is opened and used: its settings, and which of its work is done where.

A statement takes some tens of microseconds, less than handing it to another thread and its result back; only what
waits for the disk is done in the connection's thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

IMMEDIATE = "chat_app_immediate"
"""The execution option of a transaction that will write."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")
_OPENED_WITH: dict[str, Any] = {"isolation_level": None}
"""The driver's own BEGIN comes late and not before reads; ours is sent by `_begin`."""
_CHUNK = 64
"""Rows that a thread hands over at once: the driver's own default."""


class _InlineConnection(aiosqlite.Connection):
    """Is opened and does its statements at once, on the event loop, and its commits in its thread."""

    async def _connect(self) -> aiosqlite.Connection:
        # Who opens it may be cancelled; a thread would then close it for nobody, some time after the end.
        try:
            self._connection = self._connector()
        except BaseException:
            self.stop()  # pyright: ignore[reportUnknownMemberType]
            raise
        return self

    async def commit(self) -> None:
        """Commit, which waits for the disk."""
        await super()._execute(self._conn.commit)  # pyright: ignore[reportUnknownMemberType]

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)


def make_engine(url: str) -> AsyncEngine:
    """Make an engine for short statements; none of them is ever cut in two by a caller that is cancelled.

    Args:
        url: SQLAlchemy's URL of a database file.
    """
    path = make_url(url).database or ""
    open_file = partial(sqlite3.connect, path, check_same_thread=False, **_OPENED_WITH)

    async def connect() -> aiosqlite.Connection:
        connection = _InlineConnection(open_file, _CHUNK)
        # Like the driver's own connections: a process may end without closing them.
        connection._thread.daemon = True  # pyright: ignore[reportPrivateUsage]
        return await connection

    return _prepare(create_async_engine(url, async_creator=connect))


def make_scanning_engine(url: str) -> AsyncEngine:
    """Make an engine for statements that may look at much of the file: each of them is done in a thread.

    Args:
        url: SQLAlchemy's URL of a database file.
    """
    return _prepare(create_async_engine(url, connect_args=_OPENED_WITH))


def _prepare(engine: AsyncEngine) -> AsyncEngine:
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that will write takes the write lock at once: upgrading a reading one can fail half-way.
    immediate = connection.get_execution_options().get(IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
