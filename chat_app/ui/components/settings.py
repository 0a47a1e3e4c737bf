"""Parts of the settings that only the browser can do: times in its zone, the clipboard, and what goes over REST."""

from __future__ import annotations

import reflex as rx
from reflex.event import no_args_event_spec

from chat_app.ui.components.local import ShellComponent


class When(rx.Component):
    """A time in the reader's zone."""

    library = "$/public/settings/when.jsx"
    tag = "When"

    at: rx.Var[str]
    """ISO 8601."""
    exact: rx.Var[bool]
    """Whether the hour is told as well."""


class Secret(ShellComponent):
    """A secret that is shown once."""

    library = "$/public/settings/secret.jsx"
    tag = "Secret"

    value: rx.Var[str]
    is_link: rx.Var[bool]
    """Whether the value is a path of this site."""

    on_done: rx.EventHandler[no_args_event_spec]


class PasswordForm(ShellComponent):
    """Changes the password, where there is one."""

    library = "$/public/settings/password-form.jsx"
    tag = "PasswordForm"

    email: rx.Var[str]
    """Of the person: with what they sign in."""
    min_password_length: rx.Var[int]
    """Characters in a password."""


class KeyForm(ShellComponent):
    """Stores a provider key."""

    library = "$/public/settings/key-form.jsx"
    tag = "KeyForm"

    names: rx.Var[list[str]]
    """What the agents' keys are called."""

    on_stored: rx.EventHandler[no_args_event_spec]


class SignOutEverywhere(ShellComponent):
    """Ends all logins of the person."""

    library = "$/public/settings/sign-out-everywhere.jsx"
    tag = "SignOutEverywhere"
