"""The tabs of the settings, in the order in which they are shown."""

from __future__ import annotations

from chat_app.ui.settings.tabs.account_view import ACCOUNT_TAB
from chat_app.ui.settings.tabs.audit_log_view import AUDIT_LOG_TAB
from chat_app.ui.settings.tabs.keys_view import KEYS_TAB
from chat_app.ui.settings.tabs.members_view import MEMBERS_TAB
from chat_app.ui.settings.tabs.preferences_view import PREFERENCES_TAB
from chat_app.ui.settings.tabs.tokens_view import TOKENS_TAB

SETTINGS_TABS = (ACCOUNT_TAB, PREFERENCES_TAB, TOKENS_TAB, MEMBERS_TAB, KEYS_TAB, AUDIT_LOG_TAB)
