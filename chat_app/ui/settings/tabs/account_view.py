"""The tab for the viewer's account, as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.accounts import MIN_PASSWORD_LENGTH
from chat_app.ui.components.settings import PasswordForm, SignOutEverywhere, When
from chat_app.ui.settings.controls_view import card, listing, name_field, saved_line, submit, text, two_lines
from chat_app.ui.settings.tab import SettingsTab
from chat_app.ui.settings.tabs.account_state import AccountState, LoginRow
from chat_app.ui.settings.texts import LABELS, TEXTS
from chat_app.ui.viewer.state import ViewerState


def account_view() -> rx.Component:
    """Name, password and signed-in browsers."""
    return rx.fragment(
        card(
            TEXTS.account,
            text(ViewerState.person["email"]),
            rx.el.form(
                name_field(ViewerState.person["name"]),
                submit(TEXTS.save),
                key=ViewerState.person["name"],
                on_submit=AccountState.rename,
                class_name="set-form",
            ),
            saved_line(AccountState.saved, test_id="account-saved"),
        ),
        PasswordForm.create(email=ViewerState.person["email"], min_password_length=MIN_PASSWORD_LENGTH, labels=LABELS),
        card(
            TEXTS.browsers,
            listing(AccountState.browsers, _browser, test_id="browsers"),
            SignOutEverywhere.create(labels=LABELS),
        ),
    )


def _browser(login: rx.Var[LoginRow]) -> rx.Component:
    return rx.el.li(
        two_lines(
            rx.el.b(
                rx.cond(login["name"], login["name"], TEXTS.unknown_browser),
                rx.cond(login["here"], f" ({TEXTS.this_browser})", ""),
            ),
            rx.el.small(TEXTS.used, " ", When.create(at=login["used"])),
        ),
        custom_attrs={"data-testid": "browser"},
    )


ACCOUNT_TAB = SettingsTab(
    route="/settings/account",
    title=TEXTS.account,
    about="person",
    audience="signed in",
    view=account_view,
    load=AccountState.load,
)
