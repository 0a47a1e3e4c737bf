"""Opens SQLite with the right settings, and decides which of its work runs in a thread.

A short statement takes tens of microseconds, less than passing it to another thread and its result back. So it runs on
the event loop, and only commits, which wait for the disk, run in the connection's thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

IMMEDIATE = "chat_app_immediate"
"""The execution option of a transaction that writes."""

_ERASING = ("secure_delete=ON", "temp_store=MEMORY")
"""Deleted rows are overwritten, which is not every build's default, and what is sorted is written to no other file."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", *_ERASING)
_OPENED_WITH: dict[str, Any] = {"isolation_level": None}
"""The driver would send BEGIN late and not before reads, so `_begin` sends it instead."""
_CHUNK = 64
"""Rows per batch from a thread: the driver's default."""


class _InlineConnection(aiosqlite.Connection):
    """A connection that runs statements on the event loop, and commits in its thread."""

    async def _connect(self) -> aiosqlite.Connection:
        # In a thread, a cancelled caller would leave a connection that is closed some time after the program ended.
        try:
            self._connection = self._connector()
        except BaseException:
            self.stop()  # pyright: ignore[reportUnknownMemberType]
            raise
        return self

    async def commit(self) -> None:
        """Commit in the thread, because it waits for the disk."""
        await super()._execute(self._conn.commit)  # pyright: ignore[reportUnknownMemberType]

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)


class ErasingConnection(sqlite3.Connection):
    """A connection of another library that overwrites what it deletes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pragma in _ERASING:
            self.execute(f"PRAGMA {pragma}")


def database_file(url: str) -> Path | None:
    """Return the file of a database that is SQLite's, or None.

    Args:
        url: SQLAlchemy's URL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def database_files(url: str) -> list[Path]:
    """Return the files that belong to a database of SQLite's, whether they exist or not; none for others."""
    path = database_file(url)
    return [] if path is None else [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]


def make_engine(url: str) -> AsyncEngine:
    """Return an engine for short statements, which a cancelled caller can not interrupt.

    Args:
        url: SQLAlchemy's URL of a database file.
    """
    path = make_url(url).database or ""
    open_file = partial(sqlite3.connect, path, check_same_thread=False, **_OPENED_WITH)

    async def connect() -> aiosqlite.Connection:
        connection = _InlineConnection(open_file, _CHUNK)
        # As the driver does for its own connections: the process may end without closing them.
        connection._thread.daemon = True  # pyright: ignore[reportPrivateUsage]
        return await connection

    return _prepare(create_async_engine(url, async_creator=connect))


def make_scanning_engine(url: str) -> AsyncEngine:
    """Return an engine for statements that read many rows: each runs in a thread.

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
    # A writing transaction takes the write lock at once, because upgrading a reading one can fail later.
    immediate = connection.get_execution_options().get(IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
