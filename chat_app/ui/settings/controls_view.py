"""What the pages of the settings are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from chat_app.domain.accounts import NAME_LIMIT
from chat_app.ui.address import ACCOUNT, AUDIT_LOG, KEYS, MEMBERS, PREFERENCES, TOKENS
from chat_app.ui.components.frame import ConnectionBanner, PageDocument
from chat_app.ui.components.icons import icon
from chat_app.ui.components.menu import RouteLink
from chat_app.ui.components.settings import Secret
from chat_app.ui.pages.auth import TEXTS as AUTH
from chat_app.ui.pages.chat import CONNECTION
from chat_app.ui.settings.state import FOR_EVER, SettingsState
from chat_app.ui.sidebar.state import SidebarState
from chat_app.ui.texts import Forms, Section, Texts
from chat_app.ui.texts.shared import PAGE, REQUESTS
from chat_app.ui.theme import FRAME


class RoleTexts(Texts):
    """What the roles are called."""

    owner: str
    admin: str
    member: str
    viewer: str


class ScopeTexts(Texts):
    """What the scopes of a token are called."""

    read: str
    write: str
    admin: str


class SettingsTexts(Section, name="settings"):
    """Texts of the settings."""

    back: str
    pages: str
    members: str
    tokens: str
    account: str
    preferences: str
    audit_log: str
    keys: str
    keys_text: str
    no_keys: str
    new_key: str
    key_name: str
    key_name_hint: str
    key_value: str
    store_key: str
    key_stored: str
    key_unusable: str
    audit_log_text: str
    audit_log_search: str
    audit_log_nothing: str
    audit_log_program: str
    search: str
    more: str
    you: str
    role: str
    role_of: str
    roles: RoleTexts
    remove: str
    remove_member: str
    leave: str
    leave_text: str
    keep: str
    password_link: str
    password_link_for: str
    invitations: str
    invitations_text: str
    no_invitations: str
    invite: str
    works_for: str
    days: Forms
    for_ever: str
    until: str
    revoke: str
    revoke_name: str
    link_once: str
    token_once: str
    copy_value: str
    copied: str
    done: str
    workspace_name: str
    save: str
    saved: str
    tokens_text: str
    no_tokens: str
    new_token: str
    name: str
    scope: str
    scopes: ScopeTexts
    make_token: str
    used: str
    never_used: str
    never_expires: str
    password: str
    password_text: str
    old_password: str
    new_password: str
    password_hint: str
    change_password: str
    password_changed: str
    browsers: str
    this_browser: str
    unknown_browser: str
    sign_out_everywhere: str


TEXTS = SettingsTexts.load()
LABELS = {**AUTH.labels(), **REQUESTS.labels(), **TEXTS.labels()}


@dataclass(frozen=True, kw_only=True)
class SettingsPage:
    """A page of the settings.

    Args:
        route: Its path.
        title: What it is called.
        view: What it shows.
        on_load: What fills it.
    """

    route: str
    title: str
    view: Callable[[], rx.Component]
    on_load: Any


def page(route: str, *children: rx.Component, is_link: bool) -> rx.Component:
    """A page of the settings: where one is, what went wrong, what was made, and what the page shows."""
    titles = {
        MEMBERS: TEXTS.members,
        TOKENS: TEXTS.tokens,
        ACCOUNT: TEXTS.account,
        PREFERENCES: TEXTS.preferences,
        KEYS: TEXTS.keys,
        AUDIT_LOG: TEXTS.audit_log,
    }
    return rx.fragment(
        PageDocument.create(
            title=titles[route],
            address="",
            unread=0,
            density=SidebarState.preferences["density"],
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
                rx.el.h1(titles[route]),
                rx.el.nav(
                    *(_tab(title, to=to, current=to == route) for to, title in titles.items()),
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
                    SettingsState.made,
                    Secret.create(
                        value=SettingsState.made, is_link=is_link, on_done=SettingsState.forget, labels=LABELS
                    ),
                ),
                *children,
                class_name="set-column",
            ),
            class_name="set",
        ),
    )


def _tab(title: str, *, to: str, current: bool) -> rx.Component:
    link = RouteLink.create(title, to=to, class_name="tab", custom_attrs={"aria-current": "page"} if current else {})
    if to == PREFERENCES:
        return link
    return rx.cond(SidebarState.manages if to in (KEYS, AUDIT_LOG) else SidebarState.login, link)


def card(title: str, *children: rx.Component) -> rx.Component:
    """A part of a page with its heading."""
    return rx.el.section(rx.el.h2(title), *children, class_name="set-card")


def text(text: Any) -> rx.Component:
    """A sentence that explains."""
    return rx.el.p(text, class_name="set-text")


def field(label: str, control: Callable[..., rx.Component], *options: rx.Component, name: str, **props: Any) -> Any:
    """A control with its label; a page has one of each name."""
    ident = f"set-{name}"
    return rx.el.div(
        rx.el.label(label, html_for=ident), control(*options, id=ident, name=name, **props), class_name="field"
    )


def name_field(value: Any = "") -> rx.Component:
    """A field for a name."""
    return field(
        TEXTS.name,
        rx.el.input,
        name="name",
        default_value=value,
        max_length=NAME_LIMIT,
        required=True,
        auto_complete="off",
        class_name="input",
    )


def submit(text: str, **props: Any) -> rx.Component:
    """The button that sends a form."""
    return rx.el.button(text, type="submit", class_name="btn pri", **props)


def select(*options: rx.Component, **props: Any) -> rx.Component:
    """A list to choose from."""
    return rx.el.select(*options, class_name="input select", **props)


def option(text: Any, *, value: Any) -> rx.Component:
    """An entry of a list to choose from."""
    return rx.el.option(text, value=value)


def days_field(choices: tuple[str, ...]) -> rx.Component:
    """A choice of how long something works."""
    options = [option(_in_words(days), value=days) for days in choices]
    return field(TEXTS.works_for, select, *options, name="days")


def _in_words(days: str) -> str:
    if days == FOR_EVER:
        return TEXTS.for_ever
    return (TEXTS.days.one if days == "1" else TEXTS.days.other).format(count=days)


def named(names: dict[str, str], value: rx.Var[str]) -> rx.Component:
    """What something is called, by its name in the program."""
    return rx.match(value, *names.items(), value)


def aria(text: str, **values: Any) -> Any:
    """Fill vars into a text; what stands before and after them is the catalogue's."""
    ((name, value),) = values.items()
    before, _, after = text.partition(f"{{{name}}}")
    return rx.Var.create(before) + value + rx.Var.create(after)


def confirmed(what: Any, *, button: str, name: Any, question: str, act: Any) -> rx.Component:
    """A button that removes something, once it was said that it is meant."""
    return rx.cond(
        SettingsState.confirming == what,
        rx.el.span(
            rx.el.button(TEXTS.keep, type="button", class_name="btn", on_click=SettingsState.keep),
            rx.el.button(question, type="button", class_name="btn danger", auto_focus=True, on_click=act),
            class_name="set-acts",
        ),
        rx.el.button(
            button,
            type="button",
            class_name="btn",
            on_click=SettingsState.ask(what),
            custom_attrs={"aria-label": name},
        ),
    )
