"""Texts of the settings."""

from __future__ import annotations

from chat_app.ui.texts import Forms, Section, Texts
from chat_app.ui.texts.auth import AUTH
from chat_app.ui.texts.shared import REQUESTS


class RoleTexts(Texts):
    """Names of the roles."""

    owner: str
    admin: str
    member: str
    viewer: str


class ScopeTexts(Texts):
    """Names of the scopes of a token."""

    read: str
    write: str
    admin: str


class SettingsTexts(Section, name="settings"):
    """Texts of the settings."""

    back: str
    pages: str
    members: str
    tokens: str
    account: str
    preferences: str
    audit_log: str
    keys: str
    keys_text: str
    no_keys: str
    new_key: str
    key_name: str
    key_name_hint: str
    key_value: str
    store_key: str
    key_stored: str
    key_unusable: str
    audit_log_text: str
    audit_log_search: str
    audit_log_nothing: str
    audit_log_program: str
    search: str
    more: str
    you: str
    role: str
    role_of: str
    roles: RoleTexts
    remove: str
    remove_member: str
    leave: str
    leave_text: str
    keep: str
    password_link: str
    password_link_for: str
    invitations: str
    invitations_text: str
    no_invitations: str
    invite: str
    works_for: str
    days: Forms
    for_ever: str
    until: str
    revoke: str
    revoke_name: str
    link_once: str
    token_once: str
    copy_value: str
    copied: str
    done: str
    workspace_name: str
    save: str
    saved: str
    tokens_text: str
    no_tokens: str
    new_token: str
    name: str
    scope: str
    scopes: ScopeTexts
    make_token: str
    used: str
    never_used: str
    never_expires: str
    password: str
    password_text: str
    old_password: str
    new_password: str
    password_hint: str
    change_password: str
    password_changed: str
    revoke_all_tokens: str
    tokens_kept: Forms
    tokens_revoked: Forms
    browsers: str
    this_browser: str
    unknown_browser: str
    sign_out_everywhere: str


TEXTS = SettingsTexts.load()
LABELS = {**AUTH.labels(), **REQUESTS.labels(), **TEXTS.labels()}
"""What the forms of the settings show."""
