"""Entries in the menu of a viewer who has signed in."""

from __future__ import annotations

import reflex as rx
from reflex_base.components.component import field

from chat_app.ui.components.local import ShellComponent
from chat_app.ui.components.menu import DROPDOWN_MENU


class _Entry(ShellComponent):
    library = "$/public/sidebar/account-menu.jsx"
    lib_dependencies: list[str] = field(default_factory=lambda: [DROPDOWN_MENU])


class WorkspaceChoices(_Entry):
    """The viewer's workspaces; choosing one reloads the page."""

    tag = "WorkspaceChoices"

    workspaces: rx.Var[list[dict[str, str]]]
    """`id`, `name`."""
    current: rx.Var[str]
    """The id of the workspace that is shown."""


class SignOutItem(_Entry):
    """Signs out in this browser."""

    tag = "SignOutItem"
