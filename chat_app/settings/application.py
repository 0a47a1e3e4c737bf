"""All settings of the application, composed of the groups in this package."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chat_app.settings.accounts import AccountSettings
from chat_app.settings.conversations import ConversationSettings
from chat_app.settings.limits import LimitSettings
from chat_app.settings.oidc import OidcSettings
from chat_app.settings.storage import StorageSettings
from chat_app.settings.turns import TurnSettings


class Settings(StorageSettings, AccountSettings, OidcSettings, ConversationSettings, TurnSettings, LimitSettings):
    """All settings of the application, each from `CHAT_APP_*` in the environment or its default."""

    model_config = SettingsConfigDict(env_prefix="CHAT_APP_", frozen=True)
