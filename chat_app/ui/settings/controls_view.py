"""Controls of the settings as they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from chat_app.domain.accounts import NAME_LIMIT
from chat_app.ui.settings.state import NO_EXPIRY, SettingsState
from chat_app.ui.settings.texts import TEXTS


def card(title: str, *children: rx.Component) -> rx.Component:
    """A section with its heading."""
    return rx.el.section(rx.el.h2(title), *children, class_name="set-card")


def text(text: Any) -> rx.Component:
    """An explanation."""
    return rx.el.p(text, class_name="set-text")


def field(label: str, control: Callable[..., rx.Component], *options: rx.Component, name: str, **props: Any) -> Any:
    """A control with its label; the name is unique on its page."""
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
    """A choice of how long something is valid."""
    options = [option(_days_text(days), value=days) for days in choices]
    return field(TEXTS.works_for, select, *options, name="days")


def _days_text(days: str) -> str:
    if days == NO_EXPIRY:
        return TEXTS.for_ever
    return (TEXTS.days.one if days == "1" else TEXTS.days.other).format(count=days)


def name_for(names: dict[str, str], value: rx.Var[str]) -> rx.Component:
    """The name for a value, from names by value; the value itself when it has none."""
    return rx.match(value, *names.items(), value)


def filled(text: str, **values: Any) -> Any:
    """Fill a var into a text of the catalogue."""
    ((name, value),) = values.items()
    before, _, after = text.partition(f"{{{name}}}")
    return rx.Var.create(before) + value + rx.Var.create(after)


def confirmed(what: Any, *, button: str, name: Any, question: str, act: Any) -> rx.Component:
    """A button that removes something after a confirmation."""
    return rx.cond(
        SettingsState.confirming == what,
        rx.el.span(
            rx.el.button(TEXTS.keep, type="button", class_name="btn", on_click=SettingsState.cancel),
            rx.el.button(question, type="button", class_name="btn danger", auto_focus=True, on_click=act),
            class_name="set-acts",
        ),
        rx.el.button(
            button,
            type="button",
            class_name="btn",
            on_click=SettingsState.ask_to_confirm(what),
            custom_attrs={"aria-label": name},
        ),
    )


def saved_line(saved: Any, *, test_id: str) -> rx.Component:
    """The line that says that a change is saved."""
    return rx.el.p(
        rx.cond(saved, TEXTS.saved, ""), class_name="set-text", custom_attrs={"role": "status", "data-testid": test_id}
    )


def listing(
    rows: Any, draw: Callable[[Any], rx.Component], *, test_id: str, loaded: Any = False, empty: str = ""
) -> rx.Component:
    """A list with a row for each entry of a var, or a text when it is loaded and empty."""
    entries = rx.el.ul(rx.foreach(rows, draw), class_name="set-list", custom_attrs={"data-testid": test_id})
    return rx.cond(rows, entries, rx.cond(loaded, text(empty)))


def two_lines(*lines: Any) -> rx.Component:
    """A name above what there is to say about it."""
    return rx.el.span(*lines, class_name="two-lines grow")
