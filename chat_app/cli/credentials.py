"""Stores access tokens, one for each server, in a file that only its owner can read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

from chat_app.domain.errors import ConfigError
from chat_app.private_files import protect_file, protect_folder

TOKEN_VARIABLE = "CHAT_APP_TOKEN"  # noqa: S105 - the name of a variable
CONFIG_VARIABLE = "CHAT_APP_CONFIG_DIR"


def token_for(url: str) -> str | None:
    """Return the token from the environment, or else the one that is stored for the server."""
    return os.environ.get(TOKEN_VARIABLE) or _read().get(url)


def store_token(url: str, token: str | None) -> None:
    """Store the token for a server; None deletes it.

    Raises:
        ConfigError: The file can't be written, or it or its folder belongs to another user.
    """
    tokens = _read()
    tokens.pop(url, None)
    if token is not None:
        tokens[url] = token
    path = _path()
    try:
        protect_folder(path.parent)
        # Renamed once it is complete, and private from the moment at which it exists.
        written = path.with_suffix(".new")
        written.unlink(missing_ok=True)
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(tokens, file, indent=2)
        written.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} can't be written: {error.strerror}.", code="credentials_unusable") from error


def _path() -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415 - not needed for `--help`

    folder = os.environ.get(CONFIG_VARIABLE)
    return (Path(folder) if folder else user_config_path("chat-sessions")) / "tokens.json"


def _read() -> dict[str, str]:
    path = _path()
    protect_file(path)
    try:
        content: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{path} can't be read. Delete it and sign in again with 'chat-app login'.", code="credentials_unusable"
        ) from error
    return {url: str(token) for url, token in cast("dict[str, Any]", content).items()}
