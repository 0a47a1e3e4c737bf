"""The frame of a settings page as it is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from chat_app.ui.components.frame import ConnectionBanner, PageDocument
from chat_app.ui.components.icons import icon
from chat_app.ui.components.menu import RouteLink
from chat_app.ui.components.settings import Secret
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.settings.tab import SettingsTab, only_for
from chat_app.ui.settings.texts import LABELS, TEXTS
from chat_app.ui.texts.shared import CONNECTION, PAGE
from chat_app.ui.theme import FRAME
from chat_app.ui.viewer.state import ViewerState


def settings_page(tab: SettingsTab, tabs: Sequence[SettingsTab]) -> rx.Component:
    """A page of the settings: its tabs, a problem, a new secret, and the tab's own view."""
    return rx.fragment(
        PageDocument.create(
            title=tab.title,
            address="",
            unread=0,
            density=ViewerState.preferences["density"],
            frame=FRAME,
            labels=PAGE.labels(),
        ),
        rx.el.div(
            rx.el.header(
                RouteLink.create(
                    icon("back"),
                    to="/",
                    class_name="icon",
                    custom_attrs={"aria-label": TEXTS.back, "title": TEXTS.back},
                ),
                rx.el.h1(tab.title),
                rx.el.nav(
                    *(_tab_link(other, current=other.route == tab.route) for other in tabs),
                    class_name="set-tabs",
                    custom_attrs={"aria-label": TEXTS.pages},
                ),
                class_name="set-head",
            ),
            ConnectionBanner.create(labels=CONNECTION.labels()),
            rx.el.main(
                rx.el.p(
                    SettingsState.problem,
                    class_name=rx.cond(SettingsState.problem, "auth-error", "sr"),
                    custom_attrs={"role": "alert", "data-testid": "settings-problem"},
                ),
                rx.cond(
                    SettingsState.new_secret,
                    Secret.create(
                        value=SettingsState.new_secret,
                        is_link=tab.makes_links,
                        on_done=SettingsState.hide_secret,
                        labels=LABELS,
                    ),
                ),
                tab.view(),
                class_name="set-column",
            ),
            class_name="set",
        ),
    )


def _tab_link(tab: SettingsTab, *, current: bool) -> rx.Component:
    attributes = {"aria-current": "page"} if current else {}
    link = RouteLink.create(tab.title, to=tab.route, class_name="tab", custom_attrs=attributes)
    return only_for(tab.audience, link)
