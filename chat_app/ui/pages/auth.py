"""The pages that come before the app: signing in, and what a link leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx

from chat_app.domain.accounts import MIN_PASSWORD_LENGTH, LinkPurpose
from chat_app.ui.address import JOIN, RESET, SET_UP, SIGN_IN
from chat_app.ui.components.auth_form import Link, SignIn
from chat_app.ui.texts import Section, Texts
from chat_app.ui.texts.shared import PAGE, REQUESTS


class JoiningTexts(Texts):
    """What somebody who joins may do, by role."""

    owner: str
    admin: str
    member: str
    viewer: str


class ProblemTexts(Texts):
    """Why somebody who comes back from a provider was not signed in, by the error's code."""

    provider_unavailable: str
    sign_in_misconfigured: str
    sign_in_expired: str
    sign_in_denied: str
    sign_in_failed: str
    not_invited: str
    domain_not_allowed: str
    email_not_verified: str
    email_missing: str
    email_taken: str
    no_workspace: str
    link_gone: str
    too_many_sign_ins: str
    other: str


class AuthTexts(Section, name="auth"):
    """Texts of the pages that come before the app."""

    sign_in_title: str
    sign_in: str
    sign_in_with: str
    single_sign_on: str
    not_set_up: str
    set_up_title: str
    set_up_text: str
    set_up: str
    join_title: str
    join_title_unknown: str
    join: str
    join_as: str
    joining: JoiningTexts
    problems: ProblemTexts
    have_account: str
    other_account: str
    reset_title: str
    reset: str
    name: str
    email: str
    password: str
    new_password: str
    password_hint: str
    show: str
    hide: str
    show_password: str
    hide_password: str
    empty: str
    not_whole: str
    to_sign_in: str


TEXTS = AuthTexts.load()
LABELS = {**REQUESTS.labels(), **TEXTS.labels(), "brand_letter": PAGE.brand_letter}


@dataclass(frozen=True, kw_only=True)
class AuthPage:
    """A page that comes before the app.

    Args:
        route: Its path.
        title: Its title.
        view: What it shows.
    """

    route: str
    title: str
    view: Callable[[], rx.Component]


def sign_in_page() -> rx.Component:
    """Where a person signs in."""
    return SignIn.create(labels=LABELS)


def set_up_page() -> rx.Component:
    """Where the program's first person makes their account."""
    return _link_page(LinkPurpose.SET_UP)


def join_page() -> rx.Component:
    """Where an invitation leads to."""
    return _link_page(LinkPurpose.INVITE)


def reset_page() -> rx.Component:
    """Where a person chooses a new password."""
    return _link_page(LinkPurpose.RESET)


def _link_page(purpose: LinkPurpose) -> rx.Component:
    return Link.create(purpose=purpose.value, min_password_length=MIN_PASSWORD_LENGTH, labels=LABELS)


AUTH_PAGES = (
    AuthPage(route=SIGN_IN, title=TEXTS.sign_in_title, view=sign_in_page),
    AuthPage(route=SET_UP, title=TEXTS.set_up_title, view=set_up_page),
    AuthPage(route=JOIN, title=TEXTS.join_title_unknown, view=join_page),
    AuthPage(route=RESET, title=TEXTS.reset_title, view=reset_page),
)
