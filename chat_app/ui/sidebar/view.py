"""The sidebar as it is drawn."""

from __future__ import annotations

import reflex as rx
from reflex.style import set_color_mode

from chat_app.domain.sessions import TITLE_LIMIT, Origin
from chat_app.ui.address import ACCOUNT, AUDIT_LOG, KEYS, MEMBERS, PREFERENCES, TOKENS
from chat_app.ui.components import menu
from chat_app.ui.components.account_menu import SignOutItem, WorkspaceChoices
from chat_app.ui.components.avatar import avatar
from chat_app.ui.components.frame import Drawer
from chat_app.ui.components.session_list import SESSION_LIST, SessionList
from chat_app.ui.conversation.state import HeaderState
from chat_app.ui.sidebar.state import AgentCard, SidebarState
from chat_app.ui.texts import Forms, Section
from chat_app.ui.texts.shared import PAGE, REQUESTS, SESSION_MENU
from chat_app.ui.transcript.state import TranscriptState


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
    members: str
    tokens: str
    account: str
    preferences: str
    audit_log: str
    keys: str
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
    """The list of sessions with what belongs around it; a drawer on a phone."""
    return Drawer.create(
        rx.el.nav(
            _top(),
            SessionList.create(
                id=SESSION_LIST,
                hydrated=rx.State.is_hydrated,
                selected=HeaderState.session["id"],
                narrowed=SidebarState.narrowed,
                limit=TITLE_LIMIT,
                labels=SESSIONS.labels(),
                menu_labels=SESSION_MENU.labels(),
                on_ready=SidebarState.list_ready,
                on_open=TranscriptState.open_ahead,
                on_more=SidebarState.load_more,
                on_rename=SidebarState.rename_session,
                on_read=SidebarState.mark_read,
                on_archive=SidebarState.archive_session,
                on_restore=SidebarState.restore_session,
                on_delete=SidebarState.delete_session,
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
            rx.foreach(SidebarState.agents, lambda agent: menu.choice(agent["name"], value=agent["key"])),
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
        rx.foreach(SidebarState.agents, _agent_entry),
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
        avatar(initial=SidebarState.person["name"][:1].upper(), color="#444", classes="av small"),
        rx.el.span(SidebarState.person["name"], class_name="grow one-line"),
        menu.menu(
            rx.cond(SidebarState.login, _account(), rx.fragment(_preferences(), _managing())),
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
    """What concerns the person who signed in, above what is this browser's alone."""
    labels = {**REQUESTS.labels(), "sign_out": TEXTS.sign_out}
    several = SidebarState.workspaces.length() > 1
    return rx.fragment(
        menu.heading(
            rx.el.span(SidebarState.person["name"], class_name="menu-name"),
            rx.el.span(SidebarState.person["email"], class_name="menu-email"),
        ),
        menu.link(TEXTS.account, to=ACCOUNT),
        _preferences(),
        menu.link(TEXTS.tokens, to=TOKENS),
        SignOutItem.create(labels=labels),
        menu.line(),
        menu.heading(rx.cond(several, TEXTS.workspaces, SidebarState.workspace["name"])),
        rx.cond(
            several,
            WorkspaceChoices.create(
                workspaces=SidebarState.workspaces, current=SidebarState.workspace["id"], labels=labels
            ),
        ),
        menu.link(TEXTS.members, to=MEMBERS),
        _managing(),
    )


def _preferences() -> rx.Component:
    return menu.link(TEXTS.preferences, to=PREFERENCES)


def _managing() -> rx.Component:
    """What owners and admins look after; the local owner has it without a login as well."""
    links = rx.fragment(menu.link(TEXTS.keys, to=KEYS), menu.link(TEXTS.audit_log, to=AUDIT_LOG))
    return rx.cond(SidebarState.manages, links)
