"""The provider keys of the workspace, as they are drawn for owners and admins."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.address import KEYS
from chat_app.ui.components.settings import KeyForm, When
from chat_app.ui.settings.controls_view import LABELS, TEXTS, aria, card, confirmed, page, text
from chat_app.ui.settings.rows import KeyRow
from chat_app.ui.settings.state import KeysState


def keys_page() -> rx.Component:
    """The names of the keys, and a form for one more."""
    rows = rx.foreach(KeysState.rows, _key)
    return page(
        KEYS,
        card(
            TEXTS.keys,
            text(TEXTS.keys_text),
            rx.cond(
                KeysState.rows,
                rx.el.ul(rows, class_name="set-list", custom_attrs={"data-testid": "keys"}),
                rx.cond(KeysState.allowed, text(TEXTS.no_keys)),
            ),
        ),
        rx.cond(
            KeysState.allowed,
            KeyForm.create(names=KeysState.wanted, on_stored=KeysState.stored, labels=LABELS),
        ),
        is_link=False,
    )


def _key(key: rx.Var[KeyRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.b(key["name"]),
            rx.el.small(rx.cond(key["by"], rx.fragment(key["by"], " · "), ""), When.create(at=key["at"])),
            rx.cond(key["usable"], rx.fragment(), rx.el.small(TEXTS.key_unusable)),
            class_name="two-lines grow",
        ),
        confirmed(
            key["name"],
            button=TEXTS.remove,
            name=aria(TEXTS.remove_member, name=key["name"]),
            question=TEXTS.remove,
            act=KeysState.remove(key["name"]),
        ),
        custom_attrs={"data-testid": "key"},
    )
