"""The pages before sign-in: signing in, and the forms behind one-time links."""

from __future__ import annotations

from collections.abc import Callable

import reflex as rx

from chat_app.domain.accounts import MIN_PASSWORD_LENGTH, LinkPurpose
from chat_app.ui.address import JOIN, RESET, SET_UP, SIGN_IN
from chat_app.ui.components.auth_form import Link, SignIn
from chat_app.ui.pages.page import Page
from chat_app.ui.texts.auth import AUTH
from chat_app.ui.texts.shared import PAGE, REQUESTS

LABELS = {**REQUESTS.labels(), **AUTH.labels(), "brand_letter": PAGE.brand_letter}


def sign_in_page() -> rx.Component:
    """The form to sign in."""
    return SignIn.create(labels=LABELS)


def set_up_page() -> rx.Component:
    """The form by which the first person creates their account."""
    return _link_page(LinkPurpose.SET_UP)


def join_page() -> rx.Component:
    """The form behind an invitation."""
    return _link_page(LinkPurpose.INVITE)


def reset_page() -> rx.Component:
    """The form behind a password reset link."""
    return _link_page(LinkPurpose.RESET)


def _link_page(purpose: LinkPurpose) -> rx.Component:
    return Link.create(purpose=purpose.value, min_password_length=MIN_PASSWORD_LENGTH, labels=LABELS)


def _page(route: str, title: str, view: Callable[[], rx.Component]) -> Page:
    return Page(route=route, title=PAGE.page_title.format(title=title), view=view)


AUTH_PAGES = (
    _page(SIGN_IN, AUTH.sign_in_title, sign_in_page),
    _page(SET_UP, AUTH.set_up_title, set_up_page),
    _page(JOIN, AUTH.join_title_unknown, join_page),
    _page(RESET, AUTH.reset_title, reset_page),
)
