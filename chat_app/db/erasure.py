"""Removes deleted text from the files of SQLite databases, where it would otherwise stay for a long time.

A deletion is written to the write-ahead log first. Until a checkpoint copies it, the text is still in the database
file, and its older pages are in the log. Overwriting deleted rows does not reach all copies either: when SQLite moves
rows to another page, it leaves their bytes in the first one. Only rewriting the file removes those.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from chat_app.db.sqlite import ErasingConnection

MARK = "PRAGMA user_version = 1"
"""Says that the file has to be rewritten. In the transaction of a deletion, it survives a crash with it."""
_UNMARK = "PRAGMA user_version = 0"
_MARK_SECONDS = 30.0
"""How long a mark waits for a writer, as the workflow engine's own statements do."""


def mark(path: Path) -> None:
    """Mark a file whose rows another library deletes next."""
    with _open(path, timeout=_MARK_SECONDS) as database:
        database.execute(MARK)


def copy_log(path: Path) -> None:
    """Copy as much of the write-ahead log to the database file as is possible without delaying a writer."""
    with _open(path) as database:
        database.execute("PRAGMA wal_checkpoint(PASSIVE)")


def erase(path: Path, *, max_bytes: int) -> bool:
    """Rewrite a marked file without remains of deleted rows, and empty its write-ahead log. Writers have to wait.

    Args:
        path: The database file.
        max_bytes: A larger file is not rewritten and keeps its mark.

    Returns:
        Whether it was done. Otherwise a reader or a writer was in the way, and it has to be tried again.
    """
    with _open(path) as database:
        try:
            if database.execute("PRAGMA user_version").fetchone() != (0,) and path.stat().st_size <= max_bytes:
                database.execute("VACUUM")
                database.execute(_UNMARK)
            [(busy, _, _)] = database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return False
            raise
    return not busy


def _open(path: Path, *, timeout: float = 0.0) -> closing[sqlite3.Connection]:
    # Not the path alone: opening a missing file would create it.
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return closing(sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None, factory=ErasingConnection))
