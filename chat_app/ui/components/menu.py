"""Menus, made of @radix-ui/react-dropdown-menu."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec

from chat_app.ui.components.icons import IconName, icon
from chat_app.ui.components.local import LocalComponent

DROPDOWN_MENU = "@radix-ui/react-dropdown-menu@2.2.1"
GAP = 4
"""Pixels between a button and its menu."""
MARGIN = 8
"""Pixels between a menu and the edge of the page."""


class _Part(LocalComponent):
    library = DROPDOWN_MENU


class _Root(_Part):
    tag = "Root"
    alias = "MenuRoot"

    modal: rx.Var[bool]


class _Trigger(_Part):
    tag = "Trigger"
    alias = "MenuTrigger"


class _Content(_Part):
    tag = "Content"
    alias = "MenuContent"

    align: rx.Var[str]
    side_offset: rx.Var[int]
    collision_padding: rx.Var[int]


class _Label(_Part):
    tag = "Label"
    alias = "MenuLabel"


class _Separator(_Part):
    tag = "Separator"
    alias = "MenuSeparator"


class _Item(_Part):
    tag = "Item"
    alias = "MenuItem"

    as_child: rx.Var[bool]
    on_select: rx.EventHandler[no_args_event_spec]


class RouteLink(LocalComponent):
    """A link to another page of the app, which is shown without a reload."""

    library = "$/public/frame/route-link.jsx"
    tag = "RouteLink"

    to: rx.Var[str]


class _RadioGroup(_Part):
    tag = "RadioGroup"
    alias = "MenuRadioGroup"

    value: rx.Var[str]
    on_value_change: rx.EventHandler[passthrough_event_spec(str)]


class _RadioItem(_Part):
    tag = "RadioItem"
    alias = "MenuRadioItem"

    value: rx.Var[str]


class _CheckboxItem(_Part):
    tag = "CheckboxItem"
    alias = "MenuCheckboxItem"

    checked: rx.Var[bool]
    on_checked_change: rx.EventHandler[passthrough_event_spec(bool)]


class _Indicator(_Part):
    tag = "ItemIndicator"
    alias = "MenuItemIndicator"


def menu(*entries: rx.Component, name: str, glyph: IconName, test_id: str, classes: Any = "icon") -> rx.Component:
    """A button that opens a menu.

    Args:
        *entries: The entries of the menu.
        name: The accessible name of the button.
        glyph: The icon on the button.
        test_id: The button's `data-testid`.
        classes: The button's classes, text or a var.
    """
    button = _Trigger.create(icon(glyph), class_name=classes, custom_attrs={"aria-label": name, "data-testid": test_id})
    # A menu that is higher than the page can be scrolled, also from the keyboard.
    content = _Content.create(
        *entries,
        class_name="menu",
        align="end",
        side_offset=GAP,
        collision_padding=MARGIN,
        custom_attrs={"tabIndex": 0},
    )
    return _Root.create(button, content, modal=False)


def heading(*children: Any) -> rx.Component:
    """The heading of a part of a menu."""
    return _Label.create(*children, class_name="menu-label")


def line() -> rx.Component:
    """A line between two parts of a menu."""
    return _Separator.create(class_name="menu-line")


def link(*children: Any, to: Any) -> rx.Component:
    """An entry that leads to another page.

    Args:
        *children: What it shows.
        to: The page's address, text or a var.
    """
    way = RouteLink.create(*children, to=to, class_name="menu-item", custom_attrs={"data-leaves-drawer": ""})
    return _Item.create(way, as_child=True)


def choices(*entries: rx.Component, value: Any, on_change: Any) -> rx.Component:
    """Several choices (see `choice`), of which the one with this value is selected."""
    return _RadioGroup.create(*entries, value=value, on_value_change=on_change)


def choice(text: Any, *, value: Any) -> rx.Component:
    """One of several choices."""
    return _RadioItem.create(_mark(), text, value=value, class_name="menu-item marked")


def switch(text: str, *, checked: Any, on_change: Any) -> rx.Component:
    """An entry that is on or off."""
    return _CheckboxItem.create(
        _mark(), text, checked=checked, on_checked_change=on_change, class_name="menu-item marked"
    )


def _mark() -> rx.Component:
    return _Indicator.create(icon("check"), class_name="menu-mark")
