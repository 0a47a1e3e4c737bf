"""The tabs of the settings, in the order in which they are shown."""

from __future__ import annotations

from chat_app.ui.settings.account.view import ACCOUNT_TAB
from chat_app.ui.settings.audit_log.view import AUDIT_LOG_TAB
from chat_app.ui.settings.keys.view import KEYS_TAB
from chat_app.ui.settings.members.view import MEMBERS_TAB
from chat_app.ui.settings.preferences.view import PREFERENCES_TAB
from chat_app.ui.settings.tokens.view import TOKENS_TAB

SETTINGS_TABS = (ACCOUNT_TAB, PREFERENCES_TAB, TOKENS_TAB, MEMBERS_TAB, KEYS_TAB, AUDIT_LOG_TAB)
