"""Encrypts and decrypts stored secrets, with keys from the environment or else with the key file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_app.domain.errors import ConfigError
from chat_app.services.secrets.key_file import KEY_FILE, make_key_file, read_key, read_key_file
from chat_app.settings.application import Settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

VARIABLE = "CHAT_APP_SECRET_KEYS"
"""The environment variable of `Settings.secret_keys`."""


class Vault:
    """Encrypts (seals) and decrypts (opens) secrets.

    A sealed secret contains a context, for instance the workspace it belongs to, and cannot be opened with another one.

    Args:
        settings: The settings, for the keys and the data folder.

    Raises:
        ConfigError: A key in the environment is not valid.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data_dir / KEY_FILE
        self._keys = () if settings.secret_keys is None else _parse(settings.secret_keys.get_secret_value())

    @property
    def rotates(self) -> bool:
        """Whether there are keys that only open and no longer seal."""
        return len(self._keys) > 1

    def source(self) -> str:
        """Return where the key is: the environment variable, the path of the key file, or "" if there is no key yet.

        Raises:
            ConfigError: The key file cannot be used.
        """
        if self._keys:
            return VARIABLE
        try:
            read_key_file(self._path)
        except FileNotFoundError:
            return ""
        return str(self._path)

    def seal(self, value: str, *, context: str) -> str:
        """Encrypt a secret.

        Args:
            value: The secret.
            context: What the secret belongs to; `open` needs the same context.

        Raises:
            ConfigError: There is no key, and none can be created.
        """
        keys = self._keys or (make_key_file(self._path),)
        return _cipher(keys).encrypt(json.dumps([context, value]).encode()).decode()

    def open(self, sealed: str, *, context: str) -> str:
        """Decrypt a sealed secret.

        Args:
            sealed: The result of `seal`.
            context: The context with which the secret was sealed.

        Raises:
            ConfigError: No key fits, or the secret has another context.
        """
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as in `_cipher`

        try:
            stored_context, value = json.loads(_cipher(self._decryption_keys()).decrypt(sealed.encode()))
        except InvalidToken:
            raise _cannot_open() from None
        if stored_context != context:
            raise _cannot_open()
        return value

    def _decryption_keys(self) -> Sequence[bytes]:
        if self._keys:
            return self._keys
        try:
            return (read_key_file(self._path),)
        except FileNotFoundError:
            raise _cannot_open() from None


def _cipher(keys: Sequence[bytes]) -> MultiFernet:
    # Imported here, because most installations store no secret and need not load the library.
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

    return MultiFernet([Fernet(key) for key in keys])


def _parse(text: str) -> tuple[bytes, ...]:
    keys = [read_key(part) for part in text.split(",")]
    valid = tuple(key for key in keys if key is not None)
    if len(valid) < len(keys):
        raise ConfigError(
            f"{VARIABLE} must be 32 bytes in base64, or several such keys separated by commas. "
            "Generate one with 'openssl rand -base64 32'.",
            code="secret_keys_unusable",
        )
    return valid


def _cannot_open() -> ConfigError:
    return ConfigError(
        f"It was encrypted with a key that this server does not have. Restore {KEY_FILE} or {VARIABLE}, "
        "or ask an owner or admin to store the key again under Settings → Keys.",
        code="secret_sealed",
    )
