"""Settings: how people sign in, and how long logins, links and the audit log last."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class AccountSettings(BaseSettings):
    """How people sign in, and how long logins, links and the audit log last."""

    auth: Literal["none", "password", "oidc"] = "none"
    """How people sign in. With "none" there is one local owner, and the server listens on this machine only."""
    login_idle_days: int = Field(default=14, ge=1)
    """Days without use after which a login ends."""
    login_days: int = Field(default=90, ge=1)
    """Days after which a login ends even if it is used."""
    link_hours: int = Field(default=24, ge=1)
    """Hours for which a link for set-up or for a password reset is valid."""
    metrics_token: SecretStr | None = None
    """Token with which a monitoring system reads `/metrics`, which nobody else can read if people sign in."""
    max_known_places: int = Field(default=20, ge=1)
    """Browsers, and as many networks, remembered for each account as those in which its owner signs in."""
    known_place_days: int = Field(default=365, ge=1, le=400)
    """Days without a sign-in after which a browser or network is forgotten; browsers keep cookies for at most 400."""
    audit_log_days: int = Field(default=365, ge=1, le=36_500)
    """Days after which entries of the audit log are deleted."""
