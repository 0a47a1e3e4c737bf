"""Erasing leaves nothing of deleted rows in the files of a database, and gives way to its readers and writers."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chat_app.db import erasure
from chat_app.db.sqlite import ErasingConnection

ROWS = 400
LARGE = 100_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.db"


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, factory=ErasingConnection)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE word (id TEXT PRIMARY KEY, text TEXT)")
        yield database


def text_of(number: int) -> str:
    return f"<word {number}>"


def fill(database: sqlite3.Connection, *, seed: int) -> set[int]:
    """Insert and delete rows in a random order, so that SQLite moves rows to other pages; return the deleted rows."""
    chance = random.Random(seed)
    living: dict[int, None] = {}
    for number in range(ROWS):
        database.execute(
            "INSERT INTO word VALUES (?, ?)",
            (f"{chance.random()}", text_of(number) * chance.choice([1, 5, 40, 80, 100, 600])),
        )
        living[number] = None
        if chance.random() < 0.3:
            gone = chance.choice(list(living))
            del living[gone]
            database.execute("DELETE FROM word WHERE text LIKE ?", (f"{text_of(gone)}%",))
    return set(range(ROWS)) - living.keys()


def found(path: Path, numbers: set[int]) -> set[int]:
    """Return which of the rows have left something in a file."""
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    return {number for number in numbers if text_of(number).encode() in content}


def test_a_marked_file_has_no_remains_of_deleted_rows(database: sqlite3.Connection, path: Path) -> None:
    remains: set[int] = set()
    for seed in range(20):
        database.execute("DELETE FROM word")
        deleted = fill(database, seed=seed)
        erasure.copy_log(path)
        assert erasure.erase(path, max_bytes=LARGE)
        remains |= found(path, deleted)
        erasure.mark(path)
        assert erasure.erase(path, max_bytes=LARGE)
        assert found(path, deleted) == set()
    assert remains, "emptying the log would be enough, and this test proves nothing"


def test_a_file_keeps_its_mark_until_it_is_rewritten(database: sqlite3.Connection, path: Path) -> None:
    def is_marked() -> bool:
        return database.execute("PRAGMA user_version").fetchone() == (1,)

    erasure.mark(path)
    assert erasure.erase(path, max_bytes=0)
    assert is_marked()
    assert erasure.erase(path, max_bytes=LARGE)
    assert not is_marked()


def test_a_reader_of_an_older_state_delays_erasing_and_is_not_disturbed(
    database: sqlite3.Connection, path: Path
) -> None:
    database.execute("INSERT INTO word VALUES ('1', ?)", (text_of(1),))
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM word").fetchone() == (1,)
        database.execute("DELETE FROM word")
        erasure.mark(path)
        assert not erasure.erase(path, max_bytes=LARGE)
        assert reader.execute("SELECT text FROM word").fetchone() == (text_of(1),)
        reader.execute("COMMIT")
    assert erasure.erase(path, max_bytes=LARGE)
    assert found(path, {1}) == set()
    assert path.with_name("words.db-wal").stat().st_size == 0


def test_a_writer_is_not_waited_for(database: sqlite3.Connection, path: Path) -> None:
    erasure.mark(path)
    database.execute("BEGIN IMMEDIATE")
    assert not erasure.erase(path, max_bytes=LARGE)
    database.execute("COMMIT")
    assert erasure.erase(path, max_bytes=LARGE)


def test_a_missing_database_is_not_created(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        erasure.copy_log(path)
    assert not path.exists()
