"""The keys that a workspace keeps for the providers of its models; what one is worth is never part of these values."""

from __future__ import annotations

import re
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from chat_app.domain.errors import Invalid

NAME_PATTERN = r"[A-Z][A-Z0-9_]{0,127}"
"""What a key may be called: like the environment variable that would hold it."""
MIN_VALUE_LENGTH = 8
"""Characters in a key; a shorter one could not be told from a word, to be taken out of what providers say."""
MAX_VALUE_LENGTH = 4_000
"""Characters in a key; the longest that providers give out are tokens of about 2,000."""
VALUE_PATTERN = rf"[!-~]{{{MIN_VALUE_LENGTH},{MAX_VALUE_LENGTH}}}"
"""A key is sent in a header, so it is ASCII without spaces."""
MAX_KEYS = 100
"""Keys of one workspace: more than there are providers."""


class ProviderKey(BaseModel):
    """A key that a workspace keeps."""

    model_config = ConfigDict(frozen=True)

    name: str
    stored_by: str | None
    """Id of the account."""
    stored_by_name: str | None
    """What the person is called now; None when the account is gone."""
    stored_at: datetime
    usable: bool
    """Whether it can be opened; a key that was sealed by another installation can't."""


def check_key_name(name: str) -> str:
    """Return the name of a key unchanged.

    Raises:
        Invalid: It is not written like the name of an environment variable.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise Invalid(
            "A key is named like OPENAI_API_KEY: capital letters, digits and '_', a letter first.",
            code="invalid_key_name",
            details={"field": "name"},
        )
    return name


def check_key_value(value: str) -> str:
    """Return the value of a key unchanged.

    Raises:
        Invalid: It is too short or too long, or can't be sent in a header. The message does not repeat it.
    """
    if not re.fullmatch(VALUE_PATTERN, value):
        raise Invalid(
            f"A key has {MIN_VALUE_LENGTH} to {MAX_VALUE_LENGTH:,} letters, digits and signs, without spaces.",
            code="invalid_key",
            details={"field": "value"},
        )
    return value
