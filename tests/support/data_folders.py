"""Restores data folders of earlier commits from text files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

PLACEHOLDER = "{data_dir}"
"""Stands for the path of the data folder in the files."""


def restore_data_folder(source: Path, target: Path) -> None:
    """Write the files of a stored data folder; `NAME.sql` becomes the SQLite database `NAME.db`.

    Args:
        source: The folder with the stored files.
        target: The data folder; files of the same names are replaced.
    """
    for stored in source.iterdir():
        text = stored.read_text(encoding="utf-8").replace(PLACEHOLDER, str(target))
        path = target / (f"{stored.stem}.db" if stored.suffix == ".sql" else stored.name)
        path.unlink(missing_ok=True)
        if stored.suffix == ".sql":
            with closing(sqlite3.connect(path)) as database:
                database.executescript(text)
        else:
            path.write_text(text, encoding="utf-8")
            # A key that other users of the machine may read is refused.
            path.chmod(0o600)
