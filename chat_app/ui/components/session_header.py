"""The header of a conversation as a Reflex component."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec
from reflex_base.components.component import field

from chat_app.ui.components.local import ALERT_DIALOG, DIALOG, ShellComponent
from chat_app.ui.components.menu import DROPDOWN_MENU

_session_id = passthrough_event_spec(str)


class SessionHeader(ShellComponent):
    """Title, presence, people and menu of a session; the title is edited in place."""

    library = "$/public/header/session-header.jsx"
    tag = "SessionHeader"
    lib_dependencies: list[str] = field(default_factory=lambda: [DROPDOWN_MENU, ALERT_DIALOG, DIALOG])

    session: rx.Var[dict[str, Any]]
    """A `protocol.SessionHead`."""
    presence: rx.Var[str]
    limit: rx.Var[int]
    """Characters in a title."""
    sharing: rx.Var[dict[str, Any]]
    """A `Sharing`."""
    looking: rx.Var[list[dict[str, str]]]
    """Other people who have the session open: `id`, `name`."""
    me: rx.Var[str]
    """The id of the viewer."""
    members: rx.Var[list[dict[str, str]] | None]
    """The members who can be added: `id`, `name`, `email`."""
    problem: rx.Var[str]
    """Why the last change of sharing failed."""
    share_labels: rx.Var[dict[str, Any]]
    """The texts of the sharing dialog."""
    menu_labels: rx.Var[dict[str, Any]]
    """The texts of the session's menu."""

    on_rename: rx.EventHandler[passthrough_event_spec(str, str)]
    """Session id, title."""
    on_share: rx.EventHandler[no_args_event_spec]
    """The sharing dialog was opened."""
    on_add: rx.EventHandler[passthrough_event_spec(str, str)]
    """Session id, user id."""
    on_remove: rx.EventHandler[passthrough_event_spec(str, str)]
    """Session id, user id."""
    on_leave: rx.EventHandler[_session_id]
    on_everyone: rx.EventHandler[passthrough_event_spec(str, bool)]
    """Session id, whether everyone in the workspace can see it."""
    on_find: rx.EventHandler[no_args_event_spec]
    on_archive: rx.EventHandler[_session_id]
    on_restore: rx.EventHandler[_session_id]
    on_delete: rx.EventHandler[_session_id]
