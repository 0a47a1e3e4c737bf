"""The tab for provider keys, as it is drawn."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.settings import KeyForm, When
from chat_app.ui.settings.controls_view import card, confirmed, filled, listing, text, two_lines
from chat_app.ui.settings.tab import SettingsTab
from chat_app.ui.settings.tabs.keys_state import KeyRow, KeysState
from chat_app.ui.settings.texts import LABELS, TEXTS


def keys_view() -> rx.Component:
    """The names of the keys, and a form to store one."""
    return rx.fragment(
        card(
            TEXTS.keys,
            text(TEXTS.keys_text),
            listing(KeysState.rows, _key, test_id="keys", loaded=KeysState.allowed, empty=TEXTS.no_keys),
        ),
        rx.cond(
            KeysState.allowed,
            KeyForm.create(names=KeysState.needed, on_stored=KeysState.show_stored, labels=LABELS),
        ),
    )


def _key(key: rx.Var[KeyRow]) -> rx.Component:
    return rx.el.li(
        two_lines(
            rx.el.b(key["name"]),
            rx.el.small(rx.cond(key["by"], rx.fragment(key["by"], " · "), ""), When.create(at=key["at"])),
            rx.cond(key["usable"], rx.fragment(), rx.el.small(TEXTS.key_unusable)),
        ),
        confirmed(
            key["name"],
            button=TEXTS.remove,
            name=filled(TEXTS.remove_member, name=key["name"]),
            question=TEXTS.remove,
            act=KeysState.remove(key["name"]),
        ),
        custom_attrs={"data-testid": "key"},
    )


KEYS_TAB = SettingsTab(
    route="/settings/keys",
    title=TEXTS.keys,
    about="workspace",
    audience="managers",
    view=keys_view,
    load=KeysState.load,
)
