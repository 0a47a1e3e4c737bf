"""The file with the key that seals secrets: made when it is first needed, for its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from chat_app.domain.errors import ConfigError
from chat_app.new_file import write_new

KEY_FILE = "secret.key"
"""Its name in the data folder."""
KEY_BYTES = 32


def read_key(text: str) -> bytes | None:
    """Return a key in the form in which it is used, or None when the text is not 32 bytes in base64."""
    plain = text.strip().translate(str.maketrans("+/", "-_"))
    try:
        raw = urlsafe_b64decode(plain)
    except ValueError:
        return None
    # The decoder passes over what is no base64 at all.
    whole = urlsafe_b64encode(raw)
    return whole if len(raw) == KEY_BYTES and whole == plain.encode() else None


def read_key_file(path: Path) -> bytes:
    """Return the key of a file.

    Raises:
        FileNotFoundError: There is none.
        ConfigError: Others may read it, or it holds no key.
    """
    try:
        with path.open(encoding="utf-8") as file:
            _check_private(file.fileno())
            key = read_key(file.read(1_000))
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(f"{KEY_FILE} in the data folder can't be read.") from error
    if key is None:
        raise _problem(f"{KEY_FILE} in the data folder holds no key. Put it back from a copy.")
    return key


def make_key_file(path: Path) -> bytes:
    """Return the key of a file that is made if it is not there; who comes second takes the key of who came first.

    Raises:
        ConfigError: The file can't be written, or there is one that can't be used.
    """
    try:
        write_new(path, urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
    except OSError as error:
        raise _problem(f"{KEY_FILE} can't be written into the data folder.") from error
    return read_key_file(path)


def _check_private(handle: int) -> None:
    # Elsewhere files have no such permissions.
    if os.name == "posix" and stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
        raise _problem(
            f"Others on the server may read {KEY_FILE} in the data folder, which opens every stored key. "
            f"Run 'chmod 600 {KEY_FILE}' there."
        )


def _problem(text: str) -> ConfigError:
    return ConfigError(text, code="key_file_unusable")
