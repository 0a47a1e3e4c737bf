"""The frame of the page: drawer, connection banner, and what shows outside of the page itself."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.local import ShellComponent


class Drawer(ShellComponent):
    """A column beside the conversation; on a phone a drawer over it."""

    library = "$/public/frame/drawer.jsx"
    tag = "Drawer"


class DrawerButton(ShellComponent):
    """Opens the drawer on a phone."""

    library = "$/public/frame/drawer.jsx"
    tag = "DrawerButton"


class BackButton(rx.Component):
    """Lets the back button close what lies over the page; it has to be part of the app's root."""

    library = "$/public/frame/back-button.js"
    tag = "BackButton"


class LayoutNotices(rx.Component):
    """Keeps the browser's notices about layout out of the log of errors; it has to be part of the app's root."""

    library = "$/public/frame/layout-notices.js"
    tag = "LayoutNotices"


class ConnectionBanner(ShellComponent):
    """Says that the connection is lost and what waits for it."""

    library = "$/public/frame/connection-banner.jsx"
    tag = "ConnectionBanner"


class PageDocument(ShellComponent):
    """The page's title, its address, its density and the colour of the browser's frame."""

    library = "$/public/frame/page-document.jsx"
    tag = "PageDocument"

    title: rx.Var[str]
    """Of the session that is shown; empty for none."""
    unread: rx.Var[int]
    """Messages in all sessions that nobody has read."""
    address: rx.Var[str]
    """Path and query of what is shown; when it changes it is written to the address bar without a navigation."""
    density: rx.Var[str]
    """How much space there is (see `domain.preferences.Density`)."""
    frame: rx.Var[dict[str, str]]
    """Colours of the browser's frame by colour mode."""
