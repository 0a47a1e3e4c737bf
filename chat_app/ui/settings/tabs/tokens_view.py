"""The tab for the viewer's tokens, as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.actor import Scope
from chat_app.ui.components.settings import When
from chat_app.ui.settings.controls_view import (
    card,
    confirmed,
    days_field,
    field,
    filled,
    listing,
    name_field,
    name_for,
    option,
    select,
    submit,
    text,
    two_lines,
)
from chat_app.ui.settings.state import NO_EXPIRY
from chat_app.ui.settings.tab import SettingsTab
from chat_app.ui.settings.tabs.tokens_state import TokenRow, TokensState
from chat_app.ui.settings.texts import TEXTS

SCOPES = TEXTS.scopes.model_dump()
TOKEN_DAYS = ("90", "30", "365", NO_EXPIRY)


def tokens_view() -> rx.Component:
    """The tokens, and a form for a new one."""
    return rx.fragment(
        card(
            TEXTS.tokens,
            text(TEXTS.tokens_text),
            listing(TokensState.rows, _token, test_id="tokens", loaded=TokensState.loaded, empty=TEXTS.no_tokens),
        ),
        card(
            TEXTS.new_token,
            rx.el.form(
                name_field(),
                field(
                    TEXTS.scope,
                    select,
                    rx.foreach(TokensState.scopes, lambda scope: option(name_for(SCOPES, scope), value=scope)),
                    name="scope",
                    default_value=Scope.READ.value,
                ),
                days_field(TOKEN_DAYS),
                # The scopes to choose from are loaded with the tokens.
                submit(TEXTS.make_token, disabled=~TokensState.loaded),
                key=TokensState.form,
                on_submit=TokensState.create,
                class_name="set-form",
            ),
        ),
    )


def _token(token: rx.Var[TokenRow]) -> rx.Component:
    expires = rx.cond(
        token["expires"],
        rx.fragment(TEXTS.until, " ", When.create(at=token["expires"])),
        TEXTS.never_expires,
    )
    used = rx.cond(token["used"], rx.fragment(TEXTS.used, " ", When.create(at=token["used"])), TEXTS.never_used)
    return rx.el.li(
        two_lines(rx.el.b(token["name"]), rx.el.small(name_for(SCOPES, token["scope"]), " · ", expires, " · ", used)),
        confirmed(
            token["id"],
            button=TEXTS.revoke,
            name=filled(TEXTS.revoke_name, name=token["name"]),
            question=TEXTS.revoke,
            act=TokensState.revoke(token["id"]),
        ),
        custom_attrs={"data-testid": "token"},
    )


TOKENS_TAB = SettingsTab(
    route="/settings/tokens",
    title=TEXTS.tokens,
    about="person",
    audience="signed in",
    view=tokens_view,
    load=TokensState.load,
)
