"""The viewer's tokens for the workspace."""

from __future__ import annotations

from typing import TypedDict

import reflex as rx

from chat_app.domain.accounts import ApiToken
from chat_app.domain.actor import Role, Scope
from chat_app.services.accounts import tokens
from chat_app.ui.arguments import IdText, TokenForm
from chat_app.ui.settings.state import NO_EXPIRY, SettingsState
from chat_app.ui.viewer.actor import actor


class TokenRow(TypedDict):
    """A token; times that it does not have are ""."""

    id: str
    name: str
    scope: str
    expires: str
    used: str


class TokensState(SettingsState):
    """The tokens and the form for a new one."""

    rows: list[TokenRow] = []
    scopes: list[str] = []
    loaded: bool = False
    form: int = 0
    """Key of the form, which is emptied when a token was created and kept when that failed."""

    @rx.event
    async def load(self) -> None:
        """Load the tokens."""
        self._reset_page()
        await self._list()

    async def _list(self) -> None:
        who = actor()
        self.scopes = [scope.value for scope in Scope if scope != Scope.ADMIN or who.role.at_least(Role.ADMIN)]
        self.rows = [token_row(token) for token in await tokens.list_tokens(who)]
        self.loaded = True

    @rx.event
    async def create(self, form: TokenForm) -> None:
        """Create a token and show it."""
        days = None if form["days"] == NO_EXPIRY else int(form["days"])
        with self._showing_problem():
            issued = await tokens.create_token(actor(), name=form["name"], scope=Scope(form["scope"]), days=days)
            self.new_secret = issued.secret
            self.form += 1
        await self._list()

    @rx.event
    async def revoke(self, token_id: IdText) -> None:
        """Revoke a token."""
        with self._showing_problem():
            await tokens.revoke_token(actor(), token_id)
        await self._list()


def token_row(token: ApiToken) -> TokenRow:
    """Return the row of a token."""
    return TokenRow(
        id=token.id,
        name=token.name,
        scope=token.scope.value,
        expires=token.expires_at.isoformat() if token.expires_at else "",
        used=token.used_at.isoformat() if token.used_at else "",
    )
