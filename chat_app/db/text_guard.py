"""Refuses text that databases can't store in the values of every statement, wherever it comes from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.domain.errors import Invalid
from chat_app.domain.text import is_storable_json


def refuse_unstorable_text(engine: AsyncEngine) -> None:
    """Make an engine raise `Invalid` for a statement with NUL or an unpaired surrogate in one of its values.

    The databases differ in what they do with it: SQLite stores NUL, but its functions stop reading there; PostgreSQL
    refuses it.
    """

    def check(_connection: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not is_storable_json(parameters):
            raise Invalid(
                "The text contains a character that can't be stored (NUL or an unpaired surrogate).",
                code="invalid_text",
            )

    event.listen(engine.sync_engine, "before_cursor_execute", check)
