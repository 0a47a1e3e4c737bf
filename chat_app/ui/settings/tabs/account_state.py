"""The viewer's account."""

from __future__ import annotations

from typing import TypedDict

import reflex as rx

from chat_app.domain.accounts import Login
from chat_app.domain.actor import Actor
from chat_app.services.accounts.account import rename_account
from chat_app.services.accounts.logins import list_logins
from chat_app.ui.arguments import NameForm
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.settings.tabs.browser_names import browser_name
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.state import ViewerState, reload_viewer


class LoginRow(TypedDict):
    """A browser that is signed in."""

    name: str
    used: str
    here: bool


class AccountState(SettingsState):
    """The viewer's name and their signed-in browsers."""

    browsers: list[LoginRow] = []
    saved: bool = False

    @rx.event
    async def load(self) -> None:
        """Load the account."""
        self._reset_page()
        self.saved = False
        who = actor()
        self.browsers = [login_row(who, login) for login in await list_logins(who)]

    @rx.event
    async def rename(self, form: NameForm) -> None:
        """Rename the viewer."""
        self.saved = False
        with self._showing_problem():
            await rename_account(actor(), name=form["name"])
            await reload_viewer(await self.get_state(ViewerState))
            self.saved = True


def login_row(actor: Actor, login: Login) -> LoginRow:
    """Return the row of a browser."""
    return LoginRow(name=browser_name(login.client), used=login.used_at.isoformat(), here=login.id == actor.login_id)
