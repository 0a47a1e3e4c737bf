"""Seals secrets before they are stored, and opens them: with keys of the environment, else with the key file."""

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


class Vault:
    """Seals and opens. What is sealed says where it belongs, and opens for no other place.

    Args:
        settings: For the keys of the environment, and the data folder.

    Raises:
        ConfigError: What the environment has is no key.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data_dir / KEY_FILE
        self._given = () if settings.secret_keys is None else _parse(settings.secret_keys.get_secret_value())

    @property
    def rotates(self) -> bool:
        """Whether there are keys that open and no longer seal."""
        return len(self._given) > 1

    def source(self) -> str:
        """Return where the key is, "" when there is none yet.

        Raises:
            ConfigError: There is one that can't be used.
        """
        if self._given:
            return VARIABLE
        try:
            read_key_file(self._path)
        except FileNotFoundError:
            return ""
        return str(self._path)

    def seal(self, value: str, *, place: str) -> str:
        """Return a secret in the form in which it may be stored.

        Args:
            value: The secret.
            place: Where it belongs; the same has to be said to open it.

        Raises:
            ConfigError: There is no key to seal with, and none can be made.
        """
        keys = self._given or (make_key_file(self._path),)
        return _cipher(keys).encrypt(json.dumps([place, value]).encode()).decode()

    def open(self, sealed: str, *, place: str) -> str:
        """Return the secret.

        Raises:
            ConfigError: None of the keys opens it, or it belongs to another place.
        """
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as in `_cipher`

        try:
            where, value = json.loads(_cipher(self._openers()).decrypt(sealed.encode()))
        except InvalidToken:
            raise _unopened() from None
        if where != place:
            raise _unopened()
        return value

    def _openers(self) -> Sequence[bytes]:
        if self._given:
            return self._given
        try:
            return (read_key_file(self._path),)
        except FileNotFoundError:
            raise _unopened() from None


def _cipher(keys: Sequence[bytes]) -> MultiFernet:
    # Most installations store no secret, and their start does not wait for the library.
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

    return MultiFernet([Fernet(key) for key in keys])


def _parse(text: str) -> tuple[bytes, ...]:
    keys = [read_key(part) for part in text.split(",")]
    found = tuple(key for key in keys if key is not None)
    if len(found) < len(keys):
        raise ConfigError(
            f"{VARIABLE} needs 32 bytes in base64, or several such keys with commas between them. "
            "Make one with 'openssl rand -base64 32'.",
            code="secret_keys_unusable",
        )
    return found


def _unopened() -> ConfigError:
    return ConfigError(
        f"It was sealed with a key that this server does not have. Put back {KEY_FILE} or {VARIABLE}, "
        "or have an owner or admin store it again under Settings → Keys.",
        code="secret_sealed",
    )
