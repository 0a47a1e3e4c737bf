"""The person's own account, as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.accounts import MIN_PASSWORD_LENGTH
from chat_app.ui.address import ACCOUNT
from chat_app.ui.components.settings import PasswordForm, SignOutEverywhere, When
from chat_app.ui.settings.controls_view import LABELS, TEXTS, card, name_field, page, submit, text
from chat_app.ui.settings.rows import LoginRow
from chat_app.ui.settings.state import AccountState
from chat_app.ui.sidebar.state import SidebarState


def account_page() -> rx.Component:
    """The person's own account."""
    rows = rx.foreach(AccountState.browsers, _browser)
    return page(
        ACCOUNT,
        card(
            TEXTS.account,
            text(SidebarState.person["email"]),
            rx.el.form(
                name_field(SidebarState.person["name"]),
                submit(TEXTS.save),
                key=SidebarState.person["name"],
                on_submit=AccountState.rename,
                class_name="set-form",
            ),
            rx.el.p(
                rx.cond(AccountState.saved, TEXTS.saved, ""), class_name="set-text", custom_attrs={"role": "status"}
            ),
        ),
        PasswordForm.create(email=SidebarState.person["email"], min_password_length=MIN_PASSWORD_LENGTH, labels=LABELS),
        card(
            TEXTS.browsers,
            rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "browsers"}),
            SignOutEverywhere.create(labels=LABELS),
        ),
        is_link=False,
    )


def _browser(login: rx.Var[LoginRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.b(
                rx.cond(login["name"], login["name"], TEXTS.unknown_browser),
                rx.cond(login["here"], f" ({TEXTS.this_browser})", ""),
            ),
            rx.el.small(TEXTS.used, " ", When.create(at=login["used"])),
            class_name="two-lines grow",
        ),
        custom_attrs={"data-testid": "browser"},
    )
