"""The person's tokens, as they are drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.actor import Scope
from chat_app.ui.address import TOKENS
from chat_app.ui.components.settings import When
from chat_app.ui.settings.controls_view import (
    TEXTS,
    aria,
    card,
    confirmed,
    days_field,
    field,
    name_field,
    named,
    option,
    page,
    select,
    submit,
    text,
)
from chat_app.ui.settings.rows import TokenRow
from chat_app.ui.settings.state import FOR_EVER, TokensState

SCOPES = TEXTS.scopes.model_dump()
TOKEN_DAYS = ("90", "30", "365", FOR_EVER)


def tokens_page() -> rx.Component:
    """The person's tokens."""
    rows = rx.foreach(TokensState.rows, _token)
    return page(
        TOKENS,
        card(
            TEXTS.tokens,
            text(TEXTS.tokens_text),
            rx.cond(
                TokensState.rows,
                rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "tokens"}),
                rx.cond(TokensState.loaded, text(TEXTS.no_tokens)),
            ),
        ),
        card(
            TEXTS.new_token,
            rx.el.form(
                name_field(),
                field(
                    TEXTS.scope,
                    select,
                    rx.foreach(TokensState.scopes, lambda scope: option(named(SCOPES, scope), value=scope)),
                    name="scope",
                    default_value=Scope.READ.value,
                ),
                days_field(TOKEN_DAYS),
                # What a token may do is known when the tokens are.
                submit(TEXTS.make_token, disabled=~TokensState.loaded),
                key=TokensState.form,
                on_submit=TokensState.make,
                class_name="set-form",
            ),
        ),
        is_link=False,
    )


def _token(token: rx.Var[TokenRow]) -> rx.Component:
    expires = rx.cond(
        token["expires"],
        rx.fragment(TEXTS.until, " ", When.create(at=token["expires"])),
        TEXTS.never_expires,
    )
    used = rx.cond(token["used"], rx.fragment(TEXTS.used, " ", When.create(at=token["used"])), TEXTS.never_used)
    return rx.el.li(
        rx.el.span(
            rx.el.b(token["name"]),
            rx.el.small(named(SCOPES, token["scope"]), " · ", expires, " · ", used),
            class_name="two-lines grow",
        ),
        confirmed(
            token["id"],
            button=TEXTS.revoke,
            name=aria(TEXTS.revoke_name, name=token["name"]),
            question=TEXTS.revoke,
            act=TokensState.revoke(token["id"]),
        ),
        custom_attrs={"data-testid": "token"},
    )
