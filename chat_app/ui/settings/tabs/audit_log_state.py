"""The audit log of the workspace."""

from __future__ import annotations

from typing import TypedDict

import reflex as rx

from chat_app.domain.audit import AuditEntry
from chat_app.services import audit
from chat_app.ui.arguments import SearchForm
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.viewer.actor import actor


class EntryRow(TypedDict):
    """An entry of the audit log."""

    what: str
    who: str
    """Name of the person; "" for the server itself."""
    subject: str
    facts: str
    at: str


class AuditLogState(SettingsState):
    """Entries of the audit log, newest first."""

    rows: list[EntryRow] = []
    more: bool = False
    loaded: bool = False

    _text: str = ""
    _cursor: str | None = None

    @rx.event
    async def load(self) -> None:
        """Load the newest entries."""
        self._reset_page()
        await self._search("")

    @rx.event
    async def search(self, form: SearchForm) -> None:
        """Load the newest entries with a text."""
        await self._search(form["text"])

    async def _search(self, text: str) -> None:
        self._text = text
        with self._showing_problem():
            page = await audit.list_entries(actor(), text=text)
            self.rows, self._cursor = [entry_row(entry) for entry in page.items], page.cursor
        self.more, self.loaded = self._cursor is not None, True

    @rx.event
    async def load_more(self) -> None:
        """Load older entries as well."""
        if self._cursor is None:
            return
        with self._showing_problem():
            page = await audit.list_entries(actor(), text=self._text, cursor=self._cursor)
            self.rows, self._cursor = [*self.rows, *(entry_row(entry) for entry in page.items)], page.cursor
        self.more = self._cursor is not None


def entry_row(entry: AuditEntry) -> EntryRow:
    """Return the row of an entry."""
    facts = (f"{name}: {value}" for name, value in entry.data.items() if value not in (None, ""))
    return EntryRow(
        what=entry.type,
        who=entry.actor_name,
        subject=entry.subject,
        facts=" · ".join(facts),
        at=entry.created_at.isoformat(),
    )
