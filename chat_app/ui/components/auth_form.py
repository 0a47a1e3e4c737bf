"""Forms of the pages before sign-in; they use REST and need no event connection."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.local import ShellComponent


class SignIn(ShellComponent):
    """Signs a person in and goes on to the address that they asked for."""

    library = "$/public/auth/sign-in.jsx"
    tag = "SignIn"


class Link(ShellComponent):
    """The form behind a one-time link: set-up, invitation or password reset."""

    library = "$/public/auth/link.jsx"
    tag = "Link"
    alias = "AuthLink"

    purpose: rx.Var[str]
    """A `LinkPurpose`, shown until the server has said what the link is for."""
    min_password_length: rx.Var[int]
    """Characters in a password."""
