"""Ids: a prefix that names the kind, then a UUIDv7, so that ids of one kind sort by time."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import StringConstraints
from uuid_utils import uuid7

from chat_app.domain.errors import Invalid

Prefix = Literal["ses", "msg", "trn", "usr", "wsp", "lgn", "tok", "lnk"]

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a client may choose as an id or a request id: safe in an address, a log line and a file name."""
Id = Annotated[str, StringConstraints(pattern=f"^{CLIENT_ID.pattern}$")]
"""Any id, ours or a client's, as an interface takes and describes it: nothing else is looked up as one."""


def new_id(prefix: Prefix) -> str:
    """Make a new id of the kind that the prefix names."""
    return f"{prefix}_{uuid7().hex}"


def check_client_id(value: str, *, field: str) -> str:
    """Return a client-made id unchanged.

    Args:
        value: The id as it came in.
        field: The name of the field, for the message.

    Raises:
        Invalid: The value is not 1 to 64 letters, digits, `_` or `-`.
    """
    if not CLIENT_ID.fullmatch(value):
        raise Invalid(
            f"{field} must be 1 to 64 letters, digits, '_' or '-'.", code="invalid_id", details={"field": field}
        )
    return value
