"""Settings: single sign-on with OpenID Connect."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings

from chat_app.domain.errors import ConfigError

_REQUIRED = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _with_openid(scopes: str) -> str:
    if "openid" not in scopes.split():
        raise ValueError("it must contain openid, without which the provider does not identify people")
    return scopes


class OidcSettings(BaseSettings):
    """Single sign-on with OpenID Connect."""

    oidc_issuer: str | None = None
    """Address of the provider, e.g. `https://login.example.org`; its discovery document is found from it."""
    oidc_client_id: str | None = None
    """Client id of this server at the provider."""
    oidc_client_secret: SecretStr | None = None
    """Client secret of this server at the provider. It is read from the environment only, and never logged."""
    oidc_name: str | None = None
    """Name of the provider on the sign-in button; its host by default."""
    oidc_scopes: Annotated[str, AfterValidator(_with_openid)] = "openid email profile"
    """Scopes that are requested from the provider, separated by spaces."""
    oidc_allowed_domains: frozenset[str] = frozenset()
    """Domains of verified e-mail addresses that may sign in, as JSON: `["example.org"]`. Empty allows all domains."""
    oidc_join_role: Literal["admin", "member", "viewer"] | None = None
    """Role with which people without an invitation join the first workspace; unset, they cannot sign in."""
    oidc_owner_email: str | None = None
    """Verified e-mail address of the owner, whose first sign-in takes over the data of the local owner."""

    @property
    def oidc_provider_name(self) -> str:
        """Name of the provider on the sign-in button."""
        return self.oidc_name or urlsplit(self.oidc_issuer or "").hostname or ""


def check_oidc(settings: OidcSettings) -> None:
    """Check that the settings of single sign-on are complete.

    Raises:
        ConfigError: A setting is missing, or the address of the provider is not allowed.
    """
    values = {name: getattr(settings, name) for name in _REQUIRED}
    secret = settings.oidc_client_secret
    values["oidc_client_secret"] = secret.get_secret_value() if secret else None
    missing = [f"CHAT_APP_{name.upper()}" for name in _REQUIRED if not values[name]]
    if missing:
        raise ConfigError(
            f"Single sign-on needs {' and '.join(missing)} in the environment. You receive these values when you "
            "register this server with the provider.",
            code="oidc_incomplete",
        )
    if not is_private_address(settings.oidc_issuer or ""):
        raise ConfigError(
            "CHAT_APP_OIDC_ISSUER must be an https address without a query and a fragment. Plain http is allowed for a "
            "provider on this machine only.",
            code="oidc_issuer",
        )


def is_private_address(address: str) -> bool:
    """Whether requests to an address cannot be intercepted: it uses https, or is on this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.query or parts.fragment or "@" in parts.netloc:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or _on_this_machine(parts))


def _on_this_machine(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in _LOOPBACK
