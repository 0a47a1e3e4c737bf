"""The tokens with which the commands act for a person: one for each server, in a file for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path
from pydantic import TypeAdapter

from chat_app.domain.errors import ConfigError

TOKEN_VARIABLE = "CHAT_APP_TOKEN"  # noqa: S105 - the name of a variable
CONFIG_VARIABLE = "CHAT_APP_CONFIG_DIR"

_TOKENS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])
"""By the server's address."""


def token_for(url: str) -> str | None:
    """Return the token for a server: of the environment, else the one that was stored for its address."""
    return os.environ.get(TOKEN_VARIABLE) or _read().get(url)


def keep_token(url: str, token: str | None) -> None:
    """Store the token for a server, or forget it.

    Raises:
        ConfigError: The file can't be written.
    """
    tokens = _read()
    tokens.pop(url, None)
    if token is not None:
        tokens[url] = token
    path = _path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Never there with more permissions, not even for a moment, and never half written.
        written = path.with_suffix(".new")
        written.unlink(missing_ok=True)
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_TOKENS.dump_json(tokens, indent=2))
        written.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} can't be written: {error.strerror}.", code="credentials_unusable") from error


def _path() -> Path:
    folder = os.environ.get(CONFIG_VARIABLE)
    return (Path(folder) if folder else user_config_path("chat-sessions")) / "tokens.json"


def _read() -> dict[str, str]:
    path = _path()
    try:
        return _TOKENS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} can't be read. Delete it and log in again.", code="credentials_unusable") from error
