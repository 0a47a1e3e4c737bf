"""Provider keys of a workspace. Their secret values are never part of these objects."""

from __future__ import annotations

import re
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from chat_app.domain.errors import Invalid

NAME_PATTERN = r"[A-Z][A-Z0-9_]{0,127}"
"""The form of a key's name: that of an environment variable."""
MIN_VALUE_LENGTH = 8
"""Characters in a key. A shorter one could match ordinary words when keys are removed from provider messages."""
MAX_VALUE_LENGTH = 4_000
"""Characters in a key. The longest that providers issue are tokens of about 2,000."""
VALUE_PATTERN = rf"[!-~]{{{MIN_VALUE_LENGTH},{MAX_VALUE_LENGTH}}}"
"""The form of a key, which is sent in a header: printable ASCII without spaces."""


class ProviderKey(BaseModel):
    """A provider key of a workspace."""

    model_config = ConfigDict(frozen=True)

    name: str
    stored_by: str | None
    """The id of the person who stored it."""
    stored_by_name: str | None
    """The person's present name; None when the account was deleted."""
    stored_at: datetime
    usable: bool
    """Whether it can be decrypted; a key that was encrypted by another installation can't."""


def check_key_name(name: str) -> str:
    """Return the name of a key unchanged.

    Raises:
        Invalid: It does not have the form of an environment variable.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise Invalid(
            "A key's name must have capital letters, digits and '_' only and start with a letter, like OPENAI_API_KEY.",
            code="invalid_key_name",
            details={"field": "name"},
        )
    return name


def check_key_value(value: str) -> str:
    """Return the value of a key unchanged.

    Raises:
        Invalid: It is too short or too long, or can't be sent in a header. The message does not contain it.
    """
    if not re.fullmatch(VALUE_PATTERN, value):
        raise Invalid(
            f"A key must have {MIN_VALUE_LENGTH} to {MAX_VALUE_LENGTH:,} letters, digits or symbols, without spaces.",
            code="invalid_key",
            details={"field": "value"},
        )
    return value
