"""The data folder: made for its owner alone, and used by one process at a time."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from chat_app.domain.errors import ConfigError

LOCK_NAME = "chat-app.lock"


@contextmanager
def hold_data_folder(folder: Path) -> Generator[None]:
    """Make the data folder if it is not there, and keep every other process out of it.

    Two processes on one database would both run the same turn. The lock is the operating system's, so it ends
    with the process, however that ends.

    Args:
        folder: The data folder.

    Raises:
        ConfigError: The folder cannot be made or written, or another process holds it.
    """
    lock = FileLock(folder / LOCK_NAME, timeout=0)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise ConfigError(
            f"The data folder {folder} is in use by another chat-app. Stop that one, or choose another "
            "folder with --data-dir.",
            code="data_folder_in_use",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"The data folder {folder} cannot be used: {error.strerror}. Choose another with --data-dir.",
            code="data_folder_unusable",
        ) from error
    try:
        yield
    finally:
        lock.release()
