"""Keeps folders and files to their owner: new ones through the process's mask, existing ones by repairing them.

Windows has no such permissions: there a folder is created, and nothing is checked.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from chat_app.domain.errors import ConfigError

logger = logging.getLogger(__name__)

DATA_FILES = ("chat.db*", "turns.db*", "chat-app.lock", "agents.toml", ".agents.toml.*", ".secret.key.*", "models")
"""What the program writes into the data folder. `secret.key` is left out: one that others could read is refused when it
is used, because they may know what it encrypts."""
OTHERS = 0o077
"""All permissions of the group and of other users."""


def restrict_new_files() -> None:
    """Have every file and folder that this process creates from now on belong to its owner alone."""
    os.umask(OTHERS)


def protect_folder(folder: Path, *, patterns: Iterable[str] = ()) -> None:
    """Create a folder that only its owner can enter, or make an existing one so; one log line says what was repaired.

    Args:
        folder: The folder, or a link to it.
        patterns: Names of files and folders in it, as `Path.glob` takes them, that become private too. Nothing else in
            the folder is changed: others don't reach it through a closed folder, and somebody may have chosen their
            home. A link is not followed, because its owner decided where it leads.

    Raises:
        ConfigError: The folder, or something in it, belongs to another user or can't be made private.
        OSError: The folder can't be created or read.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "posix":
        return
    if folder.is_symlink():
        _check_owner(folder, folder.lstat())
    real = folder.resolve()
    if real.stat().st_uid != os.geteuid():
        raise _foreign(real)
    # The folder comes first: once it is closed, nobody else can exchange what is in it.
    repaired = [path.name for path in (real, *_entries(real, patterns)) if _close(path)]
    if repaired:
        logger.warning("other users had access to files in %s; now only its owner has: %s", folder, ", ".join(repaired))


def is_open(path: Path) -> bool:
    """Return whether the group or others have any access to a file or folder."""
    return os.name == "posix" and bool(path.stat().st_mode & OTHERS)


def protect_file(path: Path) -> None:
    """Make a file private that may not exist.

    Raises:
        ConfigError: It belongs to another user, or can't be made private.
    """
    if os.name == "posix" and os.path.lexists(path) and _close(path):
        logger.warning("other users had access to %s; now only its owner has", path)


def _entries(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from _entries(path, ["*"])


def _close(path: Path) -> bool:
    """Take all permissions from the group and from others; return whether they had any."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        # A journal of the database that another process has just deleted.
        return False
    _check_owner(path, found)
    if stat.S_ISLNK(found.st_mode) or not found.st_mode & OTHERS:
        return False
    try:
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
    except OSError as error:
        raise _unusable(f"{path} is open to other users and can't be made private: {error.strerror}.") from error
    if path.stat().st_mode & OTHERS:
        # Some network and memory-card file systems accept the change and ignore it.
        raise _unusable(f"{path} is open to other users, and its file system has no permissions that would change it.")
    return True


def _check_owner(path: Path, found: os.stat_result) -> None:
    # The administrator can read everything anyway, and provides files in containers.
    if found.st_uid not in (os.geteuid(), 0):
        raise _foreign(path)


def _foreign(path: Path) -> ConfigError:
    return _unusable(f"{path} belongs to another user, who could read or exchange what is stored there.")


def _unusable(text: str) -> ConfigError:
    advice = "Choose a folder of your own, or one that does not exist yet inside of this one."
    return ConfigError(f"{text} {advice}", code="data_folder_unusable")
