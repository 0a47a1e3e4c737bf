"""Records the SQL statements of a use case and reads the plans that SQLite makes for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from chat_app.services.runtime import Runtime

Statement = tuple[str, Any]
"""SQL and its parameters."""
_recording: ContextVar[list[Statement] | None] = ContextVar("recording", default=None)
HARMLESS_STEPS = frozenset({"SCAN CONSTANT ROW"})
"""Steps of a plan that scan no table."""


@contextmanager
def record_statements() -> Generator[list[Statement]]:
    """Record the statements that this task, and tasks that it starts, send to the application's database."""
    seen: list[Statement] = []

    def note(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        database = connection.engine.url.database
        if database is not None and database.endswith("chat.db") and _recording.get() is seen:
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    token = _recording.set(seen)
    try:
        yield seen
    finally:
        _recording.reset(token)
        event.remove(Engine, "before_cursor_execute", note)


async def statements_of(use: Callable[[], Awaitable[object]]) -> list[Statement]:
    """Return the statements of a use case, without the `BEGIN` of its transactions."""
    with record_statements() as seen:
        await use()
    return [each for each in seen if not each[0].startswith("BEGIN")]


async def plan_of(app: Runtime, statement: str, parameters: Any) -> list[str]:
    """Return the steps by which SQLite runs a statement."""
    one = cast("Any", parameters[0]) if isinstance(parameters, list) else parameters
    async with app.db.read() as tx:
        connection = await tx.session.connection()
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)
        return [str(row.detail) for row in rows]
