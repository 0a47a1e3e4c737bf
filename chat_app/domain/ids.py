"""Ids: a prefix for the kind and a UUIDv7, so ids of one kind sort by creation time."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import StringConstraints
from uuid_utils import uuid7

from chat_app.domain.errors import Invalid

Prefix = Literal["ses", "msg", "trn", "usr", "wsp", "lgn", "tok", "lnk"]

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a client may choose as an id or a request id: safe in a URL, a log line and a file name."""
Id = Annotated[str, StringConstraints(pattern=f"^{CLIENT_ID.pattern}$")]
"""Any id, generated or chosen by a client, as the interfaces accept and document it."""


def new_id(prefix: Prefix) -> str:
    """Return a new id.

    Args:
        prefix: The kind of thing that it identifies.
    """
    return f"{prefix}_{uuid7().hex}"


def check_client_id(value: str, *, field: str) -> str:
    """Return an id chosen by a client unchanged.

    Args:
        value: The id as received.
        field: The name of the field, for the error message.

    Raises:
        Invalid: The value is not 1 to 64 letters, digits, `_` or `-`.
    """
    if not CLIENT_ID.fullmatch(value):
        raise Invalid(
            f"{field} must be 1 to 64 letters, digits, '_' or '-'.", code="invalid_id", details={"field": field}
        )
    return value
