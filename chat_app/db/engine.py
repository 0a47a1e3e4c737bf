"""The database: one engine, reading and writing transactions, and events handed out after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar, cast

from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from chat_app.db.sqlite import IMMEDIATE, make_engine, make_scanning_engine
from chat_app.domain.events import ChatEvent

Publish = Callable[[Sequence[ChatEvent]], None]

_Result = TypeVar("_Result")
_Work = Coroutine[Any, Any, Any]


async def _finish(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run work to its end, though the caller may be cancelled meanwhile: a statement cut in two costs the connection.

    Readers are cancelled all the time, with every tab that closes. Some libraries cancel again and again until they
    are obeyed; a statement takes milliseconds, and they wait for it.
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
        # Taken note of, so that its failure is not reported as never seen.
        task.exception()
        raise cancelled
    return task.result()


class _WholeSession(AsyncSession):
    """Its statements are whole, whatever becomes of their caller: for those that are done elsewhere."""

    async def exec(self, *args: Any, **kwargs: Any) -> Any:
        return await _finish(cast("_Work", super().exec(*args, **kwargs)))

    async def get(self, *args: Any, **kwargs: Any) -> Any:
        return await _finish(cast("_Work", super().get(*args, **kwargs)))

    async def flush(self, *args: Any, **kwargs: Any) -> None:
        await _finish(super().flush(*args, **kwargs))

    async def connection(self, *args: Any, **kwargs: Any) -> Any:
        return await _finish(super().connection(*args, **kwargs))


class Transaction:
    """One transaction, and the events that go out when it has committed."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.events: list[ChatEvent] = []


class Database:
    """All access to the database.

    Args:
        url: SQLAlchemy's URL with an async driver, e.g. `sqlite+aiosqlite:///chat.db`.
        publish: Called with a transaction's events once they are on the disk, in the order of the commits.
    """

    def __init__(self, url: str, *, publish: Publish) -> None:
        self._publish = publish
        embedded = make_url(url).get_backend_name() == "sqlite"
        self._engine = make_engine(url) if embedded else create_async_engine(url)
        self._scanning = make_scanning_engine(url) if embedded else self._engine
        self._session = AsyncSession if embedded else _WholeSession
        # SQLite has one writer: waiting here is fair and cheap, waiting in SQLite is a busy loop.
        self._writer = asyncio.Lock() if embedded else None

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Transaction]:
        """Open a transaction that sees one state of the database and changes nothing."""
        async with self._session(self._engine, expire_on_commit=False) as session:
            yield Transaction(session)

    @asynccontextmanager
    async def scan(self) -> AsyncGenerator[Transaction]:
        """Open a reading transaction whose statements may look at much of the database, and keep nobody waiting."""
        async with _WholeSession(self._scanning, expire_on_commit=False) as session:
            yield Transaction(session)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Transaction]:
        """Open a transaction; leaving it commits, then publishes its events; an error rolls back and publishes none."""
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
        # Still under the lock and without an await, so that events go out in the order of their commits.
        self._publish(transaction.events)

    async def run_sync(self, work: Callable[[Connection], Any]) -> None:
        """Run synchronous work, e.g. a migration, on a connection of its own and commit it."""
        async with self._engine.begin() as connection:
            await connection.run_sync(work)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
        await self._scanning.dispose()
