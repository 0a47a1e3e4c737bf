"""Entries of the menu of a person who signed in."""

from __future__ import annotations

import reflex as rx
from reflex_base.components.component import field

from chat_app.ui.components.local import ShellComponent
from chat_app.ui.components.menu import DROPDOWN_MENU
from chat_app.ui.viewer.identity import Place


class _Entry(ShellComponent):
    library = "$/public/sidebar/account-menu.jsx"
    lib_dependencies: list[str] = field(default_factory=lambda: [DROPDOWN_MENU])


class WorkspaceChoices(_Entry):
    """The workspaces to go to; the page is loaded anew there."""

    tag = "WorkspaceChoices"

    workspaces: rx.Var[list[Place]]
    current: rx.Var[str]
    """The id of the workspace that is shown."""


class SignOutItem(_Entry):
    """Signs out in this browser."""

    tag = "SignOutItem"
