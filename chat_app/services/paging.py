"""The size of one page of a list."""

from __future__ import annotations

from chat_app.domain.errors import Invalid
from chat_app.services.runtime import current


def page_limit(limit: int | None) -> int:
    """Return the number of rows of a page: the requested one, or the default when it is None.

    Raises:
        Invalid: It is out of range.
    """
    settings = current().settings
    if limit is None:
        return settings.page_size
    if not 1 <= limit <= settings.max_page_size:
        raise Invalid(f"limit must be from 1 to {settings.max_page_size}.", code="invalid_limit")
    return limit
