"""The key file: holds the key that encrypts secrets. It is created when it is first needed, readable by its owner."""

from __future__ import annotations

import os
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from chat_app.domain.errors import ConfigError
from chat_app.new_file import write_new

KEY_FILE = "secret.key"
"""Name of the file in the data folder."""
KEY_BYTES = 32
"""Bytes of a key, as Fernet requires."""


def read_key(text: str) -> bytes | None:
    """Return a key as URL-safe base64, or None if the text is not 32 bytes in base64."""
    plain = text.strip().translate(str.maketrans("+/", "-_"))
    try:
        raw = urlsafe_b64decode(plain)
    except ValueError:
        return None
    # The decoder ignores characters that are not base64.
    encoded = urlsafe_b64encode(raw)
    return encoded if len(raw) == KEY_BYTES and encoded == plain.encode() else None


def read_key_file(path: Path) -> bytes:
    """Return the key in a file.

    Raises:
        FileNotFoundError: The file does not exist.
        ConfigError: Other users can read the file, or it does not contain a valid key.
    """
    try:
        with path.open(encoding="utf-8") as file:
            _check_private(file.fileno())
            key = read_key(file.read(1_000))
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(f"{KEY_FILE} in the data folder cannot be read.") from error
    if key is None:
        raise _problem(f"{KEY_FILE} in the data folder does not contain a valid key. Restore it from a backup.")
    return key


def make_key_file(path: Path) -> bytes:
    """Create the key file if it does not exist, and return its key; of two processes, both get the key of the first.

    Raises:
        ConfigError: The file cannot be written, or the existing one cannot be used.
    """
    try:
        write_new(path, urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
    except OSError as error:
        raise _problem(f"{KEY_FILE} cannot be written to the data folder.") from error
    return read_key_file(path)


def _check_private(handle: int) -> None:
    # Windows has no such permissions.
    if os.name == "posix" and stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
        raise _problem(
            f"Other users of this server can read {KEY_FILE} in the data folder, which decrypts all stored keys. "
            f"Run 'chmod 600 {KEY_FILE}' there."
        )


def _problem(text: str) -> ConfigError:
    return ConfigError(text, code="key_file_unusable")
