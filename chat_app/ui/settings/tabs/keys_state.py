"""The provider keys of the workspace."""

from __future__ import annotations

from typing import TypedDict

import reflex as rx

from chat_app.domain.keys import ProviderKey
from chat_app.services.secrets import provider_keys
from chat_app.ui.arguments import ObjectName
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.viewer.actor import actor


class KeyRow(TypedDict):
    """A provider key."""

    name: str
    by: str
    """Name of the person who stored it; "" when their account is deleted."""
    at: str
    usable: bool


class KeysState(SettingsState):
    """The provider keys of the workspace, without their values."""

    rows: list[KeyRow] = []
    needed: list[str] = []
    """Names of the keys that the agents need."""
    allowed: bool = False

    @rx.event
    async def load(self) -> None:
        """Load the keys."""
        self._reset_page()
        self.allowed = False
        with self._showing_problem():
            await self._list()
            self.needed = provider_keys.wanted_key_names(actor())
            self.allowed = True

    async def _list(self) -> None:
        self.rows = [key_row(key) for key in await provider_keys.list_keys(actor())]

    @rx.event
    async def show_stored(self) -> None:
        """Show a key that the form has stored over REST."""
        with self._showing_problem():
            await self._list()

    @rx.event
    async def remove(self, name: ObjectName) -> None:
        """Delete a key."""
        with self._showing_problem():
            await provider_keys.remove_key(actor(), name)
            await self._list()


def key_row(key: ProviderKey) -> KeyRow:
    """Return the row of a key."""
    return KeyRow(name=key.name, by=key.stored_by_name or "", at=key.stored_at.isoformat(), usable=key.usable)
