"""Which tabs are connected: what follows a session for a tab ends when nobody listens any more.

Reflex cancels what a page load started when its tab goes away, but not what a later event of the page started.
"""

from __future__ import annotations

import reflex as rx

_app: rx.App | None = None


def watch_tabs_of(app: rx.App) -> None:
    """Take the tabs of this app as those to answer for."""
    global _app  # noqa: PLW0603 - there is one app per process
    _app = app


def connected(state: rx.State) -> bool:
    """Whether the tab of a state has its event connection."""
    namespace = _app.event_namespace if _app else None
    return namespace is not None and state.router.session.client_token in namespace.token_to_sid
