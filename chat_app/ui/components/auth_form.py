"""The pages that come before the app: each is one component that speaks REST and needs no event connection."""

from __future__ import annotations

import reflex as rx

from chat_app.ui.components.local import ShellComponent


class SignIn(ShellComponent):
    """Signs a person in and leads them on to where they wanted to go."""

    library = "$/public/auth/sign-in.jsx"
    tag = "SignIn"


class Link(ShellComponent):
    """What a link is for: setting the program up, joining a workspace, choosing a new password."""

    library = "$/public/auth/link.jsx"
    tag = "Link"
    alias = "AuthLink"

    purpose: rx.Var[str]
    """A `LinkPurpose`: what the page says until it is known what the link is for."""
    min_password_length: rx.Var[int]
    """Characters in a password."""
