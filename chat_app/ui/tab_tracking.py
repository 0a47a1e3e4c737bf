"""Tracks which tabs are connected and visible, so that what follows a session for a tab ends with the tab.

Reflex cancels what a page load started when its tab is closed, but not what a later event of the page started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import reflex as rx

from chat_app.services.accounts.connections import Connection
from chat_app.services.events.presence import TabView
from chat_app.web.authentication import CONNECTION_KEY
from chat_app.web.event_frames import EVENT_PATH

_views: dict[str, TabView] = {}
"""Each tab's view of its session, by the tab's token."""
_app: rx.App | None = None
_running: dict[tuple[str, str], asyncio.Task[object]] = {}
"""The running handler of each kind, by the tab's token and the kind."""


def track_tabs(app: rx.App) -> None:
    """Use this app's connections to answer `connected`."""
    global _app  # noqa: PLW0603 - there is one app per process
    _app = app


def connection_of_socket(socket_id: str) -> Connection | None:
    """Return the connection of an open websocket, or None for one that is closed.

    It is in the scope of the websocket's handshake, which the state of a page does not contain.

    Args:
        socket_id: The id that Reflex gave to the websocket.
    """
    sio: Any = _app.sio if _app else None
    try:
        environ: dict[str, Any] | None = sio and sio.get_environ(socket_id, EVENT_PATH)
    except KeyError:
        return None
    return environ["asgi.scope"].get(CONNECTION_KEY) if environ else None


def connected(state: rx.State) -> bool:
    """Whether the tab of a state has its event connection."""
    namespace = _app.event_namespace if _app else None
    return namespace is not None and state.router.session.client_token in namespace.token_to_sid


@contextmanager
def register_view(state: rx.State, *, visible: bool) -> Generator[TabView]:
    """Register a tab's view of a session for the length of a block.

    Args:
        state: The tab's state.
        visible: Whether the tab is visible.
    """
    token, view = state.router.session.client_token, TabView(visible=visible)
    _views[token] = view
    try:
        yield view
    finally:
        if _views.get(token) is view:
            del _views[token]


def set_visibility(state: rx.State, *, visible: bool) -> None:
    """Set whether a tab is visible."""
    view = _views.get(state.router.session.client_token)
    if view is not None:
        view.show(visible)


@contextmanager
def replace_earlier(state: rx.State, kind: str) -> Generator[None]:
    """Cancel the tab's earlier handler of the same kind, and register this one for the length of a block.

    A tab that asks again needs only the last answer, so that no more than one is prepared for it at a time.

    Reflex's own `supersedes` orders by the time of the events that led here. That is the wrong order where an older
    event is the last to change what is followed: its follower would be dropped, and the tab would not change.

    Args:
        state: The tab's state.
        kind: Names what is followed, or what the tab has asked for.
    """
    key = (state.router.session.client_token, kind)
    task = asyncio.current_task()
    assert task is not None, "called by an event handler, which runs in a task"
    earlier = _running.get(key)
    if earlier is not None:
        earlier.cancel()
    _running[key] = task
    try:
        yield
    finally:
        if _running.get(key) is task:
            del _running[key]
