"""Texts of the pages before sign-in; the settings use some of them as well."""

from __future__ import annotations

from chat_app.ui.texts import Forms, Section, Texts


class JoiningTexts(Texts):
    """What a new member may do, by role."""

    owner: str
    admin: str
    member: str
    viewer: str


class ProblemTexts(Texts):
    """Why signing in with a provider failed, by the error's code."""

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
    """Texts of the pages before sign-in."""

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
    revoke_tokens: Forms
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


AUTH = AuthTexts.load()
