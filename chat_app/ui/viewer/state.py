"""The viewer of a tab: who they are, where they are, and what they prefer."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.actor import Role
from chat_app.services.accounts.account import get_account
from chat_app.services.accounts.preferences import get_preferences
from chat_app.services.accounts.workspaces import list_workspaces
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import (
    DEFAULT_PREFERENCES,
    NO_PERSON,
    NO_WORKSPACE,
    Person,
    PreferenceValues,
    WorkspaceChoice,
    has_login,
    owner_key_of,
    preference_values,
)


class ViewerState(rx.State):
    """The person who uses the tab. It can't change while the tab is connected."""

    known: bool = False
    """Whether the viewer is loaded; nothing may be sent in anybody's name before."""
    owner_key: str = ""
    """The key under which the browser stores the viewer's drafts and outbox (see `owner_key_of`)."""
    signed_in: bool = False
    """Whether the viewer has a login; without sign-in nobody has."""
    manages: bool = False
    """Whether the viewer is an owner or admin of the workspace."""
    person: Person = NO_PERSON
    workspace: WorkspaceChoice = NO_WORKSPACE
    workspaces: list[WorkspaceChoice] = []
    preferences: PreferenceValues = DEFAULT_PREFERENCES

    _connection: str = ""
    """The connection for which the viewer was loaded."""

    @rx.event
    async def load_viewer(self) -> None:
        """Load the viewer, once for each connection."""
        connection = self.router.session.session_id
        if self._connection == connection:
            return
        self._connection = connection
        await reload_viewer(self)


async def reload_viewer(viewer: ViewerState) -> None:
    """Load the viewer with the names that people and workspaces have now."""
    who = actor()
    signed_in = has_login(who)
    name = (await get_account(who.user_id)).name if signed_in else who.name
    memberships = await list_workspaces(who) if signed_in else []
    workspaces = [
        WorkspaceChoice(id=membership.workspace.id, name=membership.workspace.name) for membership in memberships
    ]
    viewer.signed_in = signed_in
    viewer.manages = who.role.at_least(Role.ADMIN)
    viewer.person = Person(id=who.user_id, name=name, email=who.email or "")
    viewer.workspace = next((choice for choice in workspaces if choice["id"] == who.workspace_id), NO_WORKSPACE)
    viewer.workspaces = workspaces
    viewer.owner_key = owner_key_of(who)
    viewer.preferences = preference_values(await get_preferences(who))
    viewer.known = True
