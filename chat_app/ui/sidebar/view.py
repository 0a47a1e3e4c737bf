"""The sidebar as it is drawn."""

from __future__ import annotations

import reflex as rx
from reflex.style import set_color_mode

from chat_app.domain.sessions import TITLE_LIMIT, Origin
from chat_app.ui.agents.state import AgentCard, AgentsState
from chat_app.ui.client import SESSION_LIST
from chat_app.ui.components import menu
from chat_app.ui.components.account_menu import SignOutItem, WorkspaceChoices
from chat_app.ui.components.avatar import PersonAvatar, avatar
from chat_app.ui.components.frame import Drawer
from chat_app.ui.components.session_list import SessionList
from chat_app.ui.conversation.state import ConversationState
from chat_app.ui.session_actions.state import SessionActionsState
from chat_app.ui.settings.tab import SettingsTab, only_for
from chat_app.ui.settings.tab_list import SETTINGS_TABS
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.texts import Forms, Section
from chat_app.ui.texts.shared import PAGE, REQUESTS, SESSION_MENU
from chat_app.ui.transcript.state import TranscriptState
from chat_app.ui.viewer.state import ViewerState


class SidebarTexts(Section, name="sidebar"):
    """Texts around the list."""

    sessions: str
    skip: str
    new_chat: str
    choose_agent: str
    narrow: str
    agent: str
    every_agent: str
    origin: str
    every_origin: str
    origin_ui: str
    origin_cli: str
    origin_webhook: str
    origin_cron: str
    origin_agent: str
    unread_only: str
    archived: str
    settings: str
    workspaces: str
    sign_out: str
    theme: str
    theme_system: str
    theme_light: str
    theme_dark: str


class SessionsTexts(Section, name="sessions"):
    """Texts of the list and its rows."""

    loading: str
    empty: str
    nothing_found: str
    pinned: str
    today: str
    yesterday: str
    previous_week: str
    now: str
    thinking: str
    blocked: str
    you: str
    no_messages: str
    untitled: str
    title: str
    unread: Forms


TEXTS = SidebarTexts.load()
SESSIONS = SessionsTexts.load()
ORIGINS = {
    Origin.UI: TEXTS.origin_ui,
    Origin.CLI: TEXTS.origin_cli,
    Origin.WEBHOOK: TEXTS.origin_webhook,
    Origin.CRON: TEXTS.origin_cron,
    Origin.AGENT: TEXTS.origin_agent,
}


def sidebar() -> rx.Component:
    """The list of sessions with the menus above and below it; a drawer on a phone."""
    return Drawer.create(
        rx.el.nav(
            _top(),
            SessionList.create(
                id=SESSION_LIST,
                hydrated=rx.State.is_hydrated,
                selected=ConversationState.session["id"],
                narrowed=SidebarState.narrowed,
                limit=TITLE_LIMIT,
                labels=SESSIONS.labels(),
                menu_labels=SESSION_MENU.labels(),
                on_ready=SidebarState.list_ready,
                on_open=TranscriptState.open_ahead,
                on_more=SidebarState.load_more,
                on_rename=SessionActionsState.rename,
                on_read=SessionActionsState.mark_read,
                on_archive=SessionActionsState.archive,
                on_restore=SessionActionsState.restore,
                on_delete=SessionActionsState.delete,
            ),
            _foot(),
            class_name="side-nav",
            custom_attrs={"aria-label": TEXTS.sessions},
        ),
        labels=TEXTS.labels(),
    )


def _top() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(PAGE.brand_letter, class_name="glyph", custom_attrs={"aria-hidden": "true"}),
            PAGE.brand,
            class_name="space",
        ),
        _narrow_menu(),
        _agent_menu(),
        class_name="side-top",
    )


def _narrow_menu() -> rx.Component:
    return menu.menu(
        menu.switch(TEXTS.unread_only, checked=SidebarState.unread_only, on_change=SidebarState.show_unread_only),
        menu.switch(TEXTS.archived, checked=SidebarState.archived, on_change=SidebarState.show_archived),
        menu.line(),
        menu.heading(TEXTS.agent),
        menu.choices(
            menu.choice(TEXTS.every_agent, value=""),
            rx.foreach(AgentsState.cards, lambda agent: menu.choice(agent["name"], value=agent["key"])),
            value=SidebarState.agent,
            on_change=SidebarState.narrow_to_agent,
        ),
        menu.line(),
        menu.heading(TEXTS.origin),
        menu.choices(
            menu.choice(TEXTS.every_origin, value=""),
            *(menu.choice(text, value=origin.value) for origin, text in ORIGINS.items()),
            value=SidebarState.origin,
            on_change=SidebarState.narrow_to_origin,
        ),
        name=TEXTS.narrow,
        glyph="filter",
        test_id="narrow",
        classes=rx.cond(SidebarState.narrowed, "icon on", "icon"),
    )


def _agent_menu() -> rx.Component:
    return menu.menu(
        menu.heading(TEXTS.choose_agent),
        rx.foreach(AgentsState.cards, _agent_entry),
        name=TEXTS.new_chat,
        glyph="plus",
        test_id="new-chat",
        classes="icon on",
    )


def _agent_entry(agent: rx.Var[AgentCard]) -> rx.Component:
    return menu.link(
        avatar(initial=agent["initial"], color=agent["color"]),
        rx.el.span(agent["name"], rx.el.small(agent["description"]), class_name="two-lines"),
        to=agent["href"],
    )


def _foot() -> rx.Component:
    return rx.el.div(
        PersonAvatar.create(id=ViewerState.person["id"], name=ViewerState.person["name"], class_name="av small"),
        rx.el.span(ViewerState.person["name"], class_name="grow one-line"),
        menu.menu(
            rx.cond(ViewerState.signed_in, _account(), rx.fragment(*(_tab_link(tab) for tab in SETTINGS_TABS))),
            menu.line(),
            menu.heading(TEXTS.theme),
            menu.choices(
                menu.choice(TEXTS.theme_system, value="system"),
                menu.choice(TEXTS.theme_light, value="light"),
                menu.choice(TEXTS.theme_dark, value="dark"),
                value=rx.color_mode,
                on_change=set_color_mode,
            ),
            name=TEXTS.settings,
            glyph="gear",
            test_id="settings",
        ),
        class_name="me",
    )


def _account() -> rx.Component:
    """The viewer's account and workspace."""
    labels = {**REQUESTS.labels(), "sign_out": TEXTS.sign_out}
    several = ViewerState.workspaces.length() > 1
    return rx.fragment(
        menu.heading(
            rx.el.span(ViewerState.person["name"], class_name="menu-name"),
            rx.el.span(ViewerState.person["email"], class_name="menu-email"),
        ),
        *(_tab_link(tab) for tab in SETTINGS_TABS if tab.about == "person"),
        SignOutItem.create(labels=labels),
        menu.line(),
        menu.heading(rx.cond(several, TEXTS.workspaces, ViewerState.workspace["name"])),
        rx.cond(
            several,
            WorkspaceChoices.create(
                workspaces=ViewerState.workspaces, current=ViewerState.workspace["id"], labels=labels
            ),
        ),
        *(_tab_link(tab) for tab in SETTINGS_TABS if tab.about == "workspace"),
    )


def _tab_link(tab: SettingsTab) -> rx.Component:
    return only_for(tab.audience, menu.link(tab.title, to=tab.route))
