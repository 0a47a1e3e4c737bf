"""The session list as a Reflex component; it takes patches (see `chat_app.ui.client`)."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec
from reflex_base.components.component import field

from chat_app.ui.components.local import ALERT_DIALOG, VIRTUA, ShellComponent
from chat_app.ui.components.menu import DROPDOWN_MENU

_session_id = passthrough_event_spec(str)


class SessionList(ShellComponent):
    """A virtual list of sessions by day."""

    library = "$/public/sidebar/session-list.jsx"
    tag = "SessionList"
    lib_dependencies: list[str] = field(default_factory=lambda: [VIRTUA, DROPDOWN_MENU, ALERT_DIALOG])

    hydrated: rx.Var[bool]
    """Whether the page has its state from the server; the list requests nothing before."""
    selected: rx.Var[str]
    """The id of the session that is shown."""
    narrowed: rx.Var[bool]
    """Whether a filter leaves sessions out."""
    limit: rx.Var[int]
    """Characters in a title."""
    menu_labels: rx.Var[dict[str, Any]]
    """The texts of a session's menu."""

    on_ready: rx.EventHandler[no_args_event_spec]
    """The list can take patches: it was mounted, or has a new connection."""
    on_open: rx.EventHandler[_session_id]
    """The session's link was clicked; the page's address changes later."""
    on_more: rx.EventHandler[no_args_event_spec]
    """The viewer nears the end of the list, and there are more sessions."""
    on_rename: rx.EventHandler[passthrough_event_spec(str, str)]
    """Session id, title."""
    on_read: rx.EventHandler[_session_id]
    on_archive: rx.EventHandler[_session_id]
    on_restore: rx.EventHandler[_session_id]
    on_delete: rx.EventHandler[_session_id]
