"""The frame of the page: drawer, connection banner, document title."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.local import LocalComponent, ShellComponent


class Drawer(ShellComponent):
    """A column beside the conversation; on a phone a drawer over it."""

    library = "$/public/frame/drawer.jsx"
    tag = "Drawer"


class DrawerButton(ShellComponent):
    """Opens the drawer on a phone."""

    library = "$/public/frame/drawer.jsx"
    tag = "DrawerButton"


class BackButton(LocalComponent):
    """Lets the back button close overlays; it has to be part of the app's root."""

    library = "$/public/frame/back-button.js"
    tag = "BackButton"


class LayoutNotices(LocalComponent):
    """Keeps the browser's notices about layout out of the log of errors; it has to be part of the app's root."""

    library = "$/public/frame/layout-notices.js"
    tag = "LayoutNotices"


class ConnectionBanner(ShellComponent):
    """Says that the connection is lost, and how many messages wait for it."""

    library = "$/public/frame/connection-banner.jsx"
    tag = "ConnectionBanner"


class PageDocument(ShellComponent):
    """The page's title, its address, its density and the colour of the browser's frame."""

    library = "$/public/frame/page-document.jsx"
    tag = "PageDocument"

    title: rx.Var[str]
    """The title of the session that is shown; "" for none."""
    unread: rx.Var[int]
    """The number of unread messages in all sessions."""
    address: rx.Var[str]
    """Path and query of the view; a change is written to the address bar without a navigation."""
    density: rx.Var[str]
    """See `domain.preferences.Density`."""
    frame: rx.Var[dict[str, str]]
    """Colours of the browser's frame by colour mode."""
