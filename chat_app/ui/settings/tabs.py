"""The pages of the settings, in the order of their tabs."""

from __future__ import annotations

from chat_app.ui.address import ACCOUNT, AUDIT_LOG, KEYS, MEMBERS, PREFERENCES, TOKENS
from chat_app.ui.settings.account_view import account_page
from chat_app.ui.settings.audit_log_view import audit_log_page
from chat_app.ui.settings.controls_view import TEXTS, SettingsPage
from chat_app.ui.settings.keys_view import keys_page
from chat_app.ui.settings.members_view import members_page
from chat_app.ui.settings.preferences_view import preferences_page
from chat_app.ui.settings.state import (
    AccountState,
    AuditLogState,
    KeysState,
    MembersState,
    PreferencesState,
    TokensState,
)
from chat_app.ui.settings.tokens_view import tokens_page

SETTINGS_PAGES = (
    SettingsPage(route=MEMBERS, title=TEXTS.members, view=members_page, on_load=MembersState.load),
    SettingsPage(route=TOKENS, title=TEXTS.tokens, view=tokens_page, on_load=TokensState.load),
    SettingsPage(route=ACCOUNT, title=TEXTS.account, view=account_page, on_load=AccountState.load),
    SettingsPage(route=PREFERENCES, title=TEXTS.preferences, view=preferences_page, on_load=PreferencesState.load),
    SettingsPage(route=KEYS, title=TEXTS.keys, view=keys_page, on_load=KeysState.load),
    SettingsPage(route=AUDIT_LOG, title=TEXTS.audit_log, view=audit_log_page, on_load=AuditLogState.load),
)
