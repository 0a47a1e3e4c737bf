"""The settings' state: what is listed, what is being confirmed, and the secret that is shown once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

import reflex as rx

from chat_app.domain.actor import Role, Scope
from chat_app.domain.errors import ChatAppError
from chat_app.domain.preferences import Preferences
from chat_app.services import audit
from chat_app.services.accounts import invitations, members, password_reset, preferences, tokens, workspaces
from chat_app.services.accounts.account import rename_account
from chat_app.services.accounts.logins import list_logins
from chat_app.services.accounts.one_time_links import link_path
from chat_app.services.secrets import provider_keys
from chat_app.services.turns.model_choice import askable_models
from chat_app.ui.settings.rows import (
    EntryRow,
    InvitationRow,
    KeyRow,
    LoginRow,
    MemberRow,
    ModelOption,
    TokenRow,
    entry_row,
    invitation_row,
    key_row,
    login_row,
    manages,
    member_row,
    model_options,
    token_row,
)
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import choices_of

Events = AsyncGenerator[Any, None]

FOR_EVER = "0"
"""The days of a token that never expires."""


class SettingsState(rx.State):
    """What the pages of the settings have in common."""

    problem: str = ""
    """Why what was asked for last was not done."""
    confirming: str = ""
    """Id of what a person has asked to remove, until they confirm it."""
    made: str = ""
    """A secret or the path of a link that was made just now: it is shown this once."""

    @rx.event
    def ask(self, what: str) -> None:
        """Ask whether something is really to be removed."""
        self.confirming = what
        self.problem = ""

    @rx.event
    def keep(self) -> None:
        """Do not remove it."""
        self.confirming = ""

    @rx.event
    def forget(self) -> None:
        """Take the secret off the page."""
        self.made = ""

    def _begin(self) -> None:
        """Show a page of the settings from its beginning."""
        self.problem = self.confirming = self.made = ""

    @contextmanager
    def _doing(self) -> Iterator[None]:
        """Do what a person has asked for; if it can't be done, show why."""
        self.problem = self.confirming = ""
        try:
            yield
        except ChatAppError as error:
            self.problem = error.message


class MembersState(SettingsState):
    """The members of the workspace."""

    members: list[MemberRow] = []
    invitations: list[InvitationRow] = []
    manages: bool = False
    owns: bool = False
    me: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the members as they are now."""
        self._begin()
        await self._list()

    async def _list(self) -> None:
        who = actor()
        self.me = who.user_id
        self.manages, self.owns = manages(who), who.role == Role.OWNER
        self.members = [member_row(who, member) for member in await members.list_members(who)]
        links = await invitations.list_invitations(who) if self.manages else []
        self.invitations = [invitation_row(link) for link in links]
        self.loaded = True

    @rx.event
    async def change_role(self, user_id: str, role: str) -> None:
        """Give a member another role."""
        with self._doing():
            await members.change_role(actor(), user_id, role=Role(role))
        await self._list()

    @rx.event
    async def remove(self, user_id: str) -> Any:
        """Remove a member, or leave."""
        leaves = user_id == actor().user_id
        with self._doing():
            await members.remove_member(actor(), user_id)
            if leaves:
                return rx.redirect("/")
        await self._list()
        return None

    @rx.event
    async def invite(self, form: dict[str, str]) -> None:
        """Make an invitation and show its link."""
        with self._doing():
            issued = await invitations.create_invitation(actor(), role=Role(form["role"]), days=int(form["days"]))
            self.made = link_path(issued.value.purpose, issued.secret)
        await self._list()

    @rx.event
    async def revoke(self, link_id: str) -> None:
        """Take an invitation back."""
        with self._doing():
            await invitations.revoke_invitation(actor(), link_id)
        await self._list()

    @rx.event
    async def make_reset_link(self, user_id: str) -> None:
        """Make a link by which a member chooses a new password."""
        with self._doing():
            issued = await password_reset.create_reset_link(actor(), user_id)
            self.made = link_path(issued.value.purpose, issued.secret)

    @rx.event
    async def rename_workspace(self, form: dict[str, str]) -> None:
        """Give the workspace another name."""
        with self._doing():
            await workspaces.rename_workspace(actor(), name=form["name"])
            sidebar = await self.get_state(SidebarState)
            await sidebar._learn()


class TokensState(SettingsState):
    """The person's tokens for the workspace."""

    rows: list[TokenRow] = []
    scopes: list[str] = []
    loaded: bool = False
    form: int = 0
    """Which form it is that is filled in: another one when a token was made, the same when it was refused."""

    @rx.event
    async def load(self) -> None:
        """Show the tokens as they are now."""
        self._begin()
        await self._list()

    async def _list(self) -> None:
        who = actor()
        self.scopes = [scope.value for scope in Scope if scope != Scope.ADMIN or manages(who)]
        self.rows = [token_row(token) for token in await tokens.list_tokens(who)]
        self.loaded = True

    @rx.event
    async def make(self, form: dict[str, str]) -> None:
        """Make a token and show it."""
        days = None if form["days"] == FOR_EVER else int(form["days"])
        with self._doing():
            issued = await tokens.create_token(actor(), name=form["name"], scope=Scope(form["scope"]), days=days)
            self.made = issued.secret
            self.form += 1
        await self._list()

    @rx.event
    async def revoke(self, token_id: str) -> None:
        """End a token."""
        with self._doing():
            await tokens.revoke_token(actor(), token_id)
        await self._list()


class AccountState(SettingsState):
    """The person's own account."""

    browsers: list[LoginRow] = []
    saved: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the account as it is now."""
        self._begin()
        self.saved = False
        who = actor()
        self.browsers = [login_row(who, login) for login in await list_logins(who)]

    @rx.event
    async def rename(self, form: dict[str, str]) -> None:
        """Give the person another name."""
        self.saved = False
        with self._doing():
            await rename_account(actor(), name=form["name"])
            sidebar = await self.get_state(SidebarState)
            await sidebar._learn()
            self.saved = True


class PreferencesState(SettingsState):
    """What the person prefers; what holds now is known to the whole page, so it is kept with who they are."""

    models: list[ModelOption] = []
    saved: bool = False

    @rx.event
    async def load(self) -> None:
        """Show what holds now."""
        self._begin()
        self.saved = False
        await self._show(await preferences.get_preferences(actor()))

    async def _show(self, chosen: Preferences) -> None:
        sidebar = await self.get_state(SidebarState)
        sidebar.preferences = choices_of(chosen)
        self.models = model_options(askable_models(actor()), chosen=chosen.default_model)

    @rx.event
    async def choose(self, name: str, value: str) -> Events:
        """Prefer something else; "" is no model in particular."""
        self.saved = False
        # It is said again, however often something is chosen.
        yield
        with self._doing():
            change = {name: (value or None) if name == "default_model" else value}
            await self._show(await preferences.update_preferences(actor(), change))
            self.saved = True


class AuditLogState(SettingsState):
    """What happened in the workspace, newest first."""

    rows: list[EntryRow] = []
    more: bool = False
    loaded: bool = False

    _text: str = ""
    _cursor: str | None = None

    @rx.event
    async def load(self) -> None:
        """Show the newest entries."""
        self._begin()
        await self._search("")

    @rx.event
    async def search(self, form: dict[str, str]) -> None:
        """Show the newest entries with these words."""
        await self._search(form["text"])

    async def _search(self, words: str) -> None:
        self._text = words
        with self._doing():
            page = await audit.list_entries(actor(), text=words)
            self._cursor, self.rows = page.cursor, [entry_row(entry) for entry in page.items]
        self.more, self.loaded = self._cursor is not None, True

    @rx.event
    async def load_more(self) -> None:
        """Show older entries as well."""
        if self._cursor is None:
            return
        with self._doing():
            page = await audit.list_entries(actor(), text=self._text, cursor=self._cursor)
            self._cursor, self.rows = page.cursor, [*self.rows, *(entry_row(entry) for entry in page.items)]
        self.more = self._cursor is not None


class KeysState(SettingsState):
    """The provider keys of the workspace; what one is worth never comes here."""

    rows: list[KeyRow] = []
    wanted: list[str] = []
    allowed: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the keys as they are now."""
        self._begin()
        self.allowed = False
        with self._doing():
            await self._list()
            self.wanted = provider_keys.wanted_key_names(actor())
            self.allowed = True

    async def _list(self) -> None:
        self.rows = [key_row(key) for key in await provider_keys.list_keys(actor())]

    @rx.event
    async def stored(self) -> None:
        """Show the key that the page has stored."""
        with self._doing():
            await self._list()

    @rx.event
    async def remove(self, name: str) -> None:
        """Delete a key."""
        with self._doing():
            await provider_keys.remove_key(actor(), name)
            await self._list()
