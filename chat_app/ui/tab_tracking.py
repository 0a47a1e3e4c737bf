"""Which tabs are connected, and in sight: what follows a session for a tab ends when nobody listens any more.

Reflex cancels what a page load started when its tab goes away, but not what a later event of the page started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import reflex as rx

from chat_app.services.events.presence import TabView

_looks: dict[str, TabView] = {}
"""What each tab shows of a session, by the tab's token."""
_app: rx.App | None = None
_followers: dict[tuple[str, str], asyncio.Task[object]] = {}
"""What follows something for a tab now, by the tab's token and by what is followed."""


def watch_tabs_of(app: rx.App) -> None:
    """Take the tabs of this app as those to answer for."""
    global _app  # noqa: PLW0603 - there is one app per process
    _app = app


def connected(state: rx.State) -> bool:
    """Whether the tab of a state has its event connection."""
    namespace = _app.event_namespace if _app else None
    return namespace is not None and state.router.session.client_token in namespace.token_to_sid


@contextmanager
def looking(state: rx.State, *, visible: bool) -> Generator[TabView]:
    """Have a tab's view of a session around a block.

    Args:
        state: The tab's state.
        visible: Whether the tab is in sight.
    """
    token, look = state.router.session.client_token, TabView(visible=visible)
    _looks[token] = look
    try:
        yield look
    finally:
        if _looks.get(token) is look:
            del _looks[token]


def show_look(state: rx.State, *, visible: bool) -> None:
    """Take note that a tab came into sight, or went out of it."""
    look = _looks.get(state.router.session.client_token)
    if look is not None:
        look.show(visible)


@contextmanager
def only_follower(state: rx.State, what: str) -> Generator[None]:
    """End what followed the same for the same tab before, for as long as this block runs.

    Reflex's own `supersedes` orders by the time of the events that led here. That is the wrong order where an older
    event has changed what is to be followed last: its follower would be dropped, and the tab stay where it was.

    Args:
        state: The tab's state.
        what: Names what is followed.
    """
    key = (state.router.session.client_token, what)
    task = asyncio.current_task()
    assert task is not None, "called by an event handler, which runs in a task"
    before = _followers.get(key)
    if before is not None:
        before.cancel()
    _followers[key] = task
    try:
        yield
    finally:
        if _followers.get(key) is task:
            del _followers[key]
