"""The database: its engines, transactions, and events that are published after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar, cast

import anyio.to_thread
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from chat_app.db import erasure
from chat_app.db.sqlite import IMMEDIATE, database_file, make_engine, make_scanning_engine
from chat_app.db.text_guard import refuse_unstorable_text
from chat_app.domain.events import ChatEvent

Publish = Callable[[Sequence[ChatEvent]], None]

_Result = TypeVar("_Result")
_Work = Coroutine[Any, Any, Any]


async def _finish(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine to its end even when the caller is cancelled, because a cancelled statement costs the connection.

    Readers are cancelled often, with every tab that is closed. The cancellation is raised when the coroutine is done.
    Some libraries cancel repeatedly until the task ends, which takes as long as one statement.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except Exception:
            break
    if cancelled is not None:
        # Retrieved, or asyncio would log the failure as never retrieved.
        task.exception()
        raise cancelled
    return task.result()


class _UninterruptedSession(AsyncSession):
    """A session whose statements finish when their caller is cancelled, for drivers with threads or sockets."""

    async def exec(self, *args: Any, **kwargs: Any) -> Any:
        return await _finish(cast("_Work", super().exec(*args, **kwargs)))

    async def get(self, *args: Any, **kwargs: Any) -> Any:
        return await _finish(cast("_Work", super().get(*args, **kwargs)))

    async def flush(self, *args: Any, **kwargs: Any) -> None:
        await _finish(super().flush(*args, **kwargs))

    async def connection(self, *args: Any, **kwargs: Any) -> Any:
        return await _finish(super().connection(*args, **kwargs))


class Transaction:
    """A transaction, and the events to publish after its commit."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.events: list[ChatEvent] = []
        self.erases = False

    async def erase(self) -> None:
        """Have what this transaction deletes removed from the files of the database, soon after the commit."""
        self.erases = True
        if self.session.get_bind().dialect.name == "sqlite":
            await (await self.session.connection()).exec_driver_sql(erasure.MARK)


class Database:
    """All access to the database.

    Args:
        url: SQLAlchemy's URL with an async driver, e.g. `sqlite+aiosqlite:///chat.db`.
        publish: Called with a transaction's events after its commit, in the order of the commits.
    """

    def __init__(self, url: str, *, publish: Publish) -> None:
        self._publish = publish
        self.erased = asyncio.Event()
        """Set after the commit of a transaction that erases."""
        self._file = database_file(url)
        embedded = make_url(url).get_backend_name() == "sqlite"
        self._engine = make_engine(url) if embedded else create_async_engine(url)
        self._scanning = make_scanning_engine(url) if embedded else self._engine
        for engine in {self._engine, self._scanning}:
            refuse_unstorable_text(engine)
        self._session = AsyncSession if embedded else _UninterruptedSession
        # SQLite allows one writer. Waiting for this lock is fair and cheap; SQLite itself would poll.
        self._writer = asyncio.Lock() if embedded else None

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Transaction]:
        """Open a read-only transaction on a consistent snapshot."""
        async with self._session(self._engine, expire_on_commit=False) as session:
            yield Transaction(session)

    @asynccontextmanager
    async def scan(self) -> AsyncGenerator[Transaction]:
        """Open a read-only transaction for statements that read many rows, without blocking the event loop."""
        async with _UninterruptedSession(self._scanning, expire_on_commit=False) as session:
            yield Transaction(session)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Transaction]:
        """Open a transaction that commits and then publishes its events on exit. An error rolls it back."""
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._writer)
            session = await stack.enter_async_context(self._session(self._engine, expire_on_commit=False))
            await session.connection(execution_options={IMMEDIATE: True})
            transaction = Transaction(session)
            yield transaction
            await _finish(self._commit(transaction))

    async def _commit(self, transaction: Transaction) -> None:
        await transaction.session.commit()
        # Under the lock and without an await, so that events are published in the order of the commits.
        self._publish(transaction.events)
        if transaction.erases:
            self.erased.set()

    async def erase(self, *, max_bytes: int) -> bool:
        """Remove deleted rows from the files of the database. Writers wait meanwhile, the event loop does not.

        Args:
            max_bytes: The size up to which the file is rewritten.

        Returns:
            Whether it was done; a server of databases cleans up by itself. Otherwise it has to be tried again.
        """
        path = self._file
        if path is None or self._writer is None:
            return True
        # Without the lock, so that little is left for which writers wait.
        await anyio.to_thread.run_sync(erasure.copy_log, path)
        async with self._writer:
            return await _finish(anyio.to_thread.run_sync(lambda: erasure.erase(path, max_bytes=max_bytes)))

    async def run_sync(self, work: Callable[[Connection], Any]) -> None:
        """Run a synchronous function, e.g. a migration, on a separate connection and commit."""
        async with self._engine.begin() as connection:
            await connection.run_sync(work)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
        await self._scanning.dispose()
