"""Creates the data folder, keeps it to its owner, and locks it, because only one process may use it at a time."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from chat_app.domain.errors import ConfigError
from chat_app.private_files import DATA_FILES, protect_folder

LOCK_NAME = "chat-app.lock"


@contextmanager
def hold_data_folder(folder: Path) -> Generator[None]:
    """Create the data folder if it does not exist, make it private, and lock it for the duration of a block.

    Two processes on one database would both run the same turn. The operating system releases the lock when the
    process ends, even if it crashes.

    Args:
        folder: The data folder.

    Raises:
        ConfigError: The folder can't be created or written, belongs to another user, or another process uses it.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - other commands do not need it

    # The library would give its file the mode of its argument, whatever the process's mask is.
    lock = FileLock(folder / LOCK_NAME, timeout=0, mode=0o600)
    try:
        protect_folder(folder, patterns=DATA_FILES)
        lock.acquire()
    except Timeout as error:
        raise ConfigError(
            f"The data folder {folder} is in use by another chat-app. Stop it, or choose another "
            "folder with --data-dir.",
            code="data_folder_in_use",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"The data folder {folder} can't be used: {error.strerror}. Choose another with --data-dir.",
            code="data_folder_unusable",
        ) from error
    try:
        yield
    finally:
        lock.release()
