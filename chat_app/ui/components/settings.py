"""Parts of the settings that run in the browser: local times, the clipboard, and requests over REST."""

from __future__ import annotations

import reflex as rx
from reflex.event import no_args_event_spec

from chat_app.ui.components.local import LocalComponent, ShellComponent


class When(LocalComponent):
    """A time in the viewer's time zone."""

    library = "$/public/settings/when.jsx"
    tag = "When"

    at: rx.Var[str]
    """ISO 8601."""
    exact: rx.Var[bool]
    """Whether hour and minute are shown as well."""


class Secret(ShellComponent):
    """A secret that is shown once."""

    library = "$/public/settings/secret.jsx"
    tag = "Secret"

    value: rx.Var[str]
    is_link: rx.Var[bool]
    """Whether the value is a path of this site."""

    on_done: rx.EventHandler[no_args_event_spec]


class PasswordForm(ShellComponent):
    """Changes the viewer's password, if they have one."""

    library = "$/public/settings/password-form.jsx"
    tag = "PasswordForm"

    email: rx.Var[str]
    """The e-mail address with which the viewer signs in."""
    min_password_length: rx.Var[int]
    """Characters in a password."""


class KeyForm(ShellComponent):
    """Stores a provider key."""

    library = "$/public/settings/key-form.jsx"
    tag = "KeyForm"

    names: rx.Var[list[str]]
    """Names of the keys that the agents need."""

    on_stored: rx.EventHandler[no_args_event_spec]


class SignOutEverywhere(ShellComponent):
    """Ends all logins of the viewer."""

    library = "$/public/settings/sign-out-everywhere.jsx"
    tag = "SignOutEverywhere"
