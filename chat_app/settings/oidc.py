"""Where people sign in when they do so elsewhere, each settable as `CHAT_APP_OIDC_*` in the environment."""

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
        raise ValueError("it must name openid, without which a provider does not say who somebody is")
    return scopes


class OidcSettings(BaseSettings):
    """The group of settings about single sign-on (OpenID Connect)."""

    oidc_issuer: str | None = None
    """Address of the provider, e.g. `https://login.example.org`; its discovery document is below it."""
    oidc_client_id: str | None = None
    """What the provider calls this program."""
    oidc_client_secret: SecretStr | None = None
    """By what the provider knows this program; only in the environment, and in no log."""
    oidc_name: str | None = None
    """What the button calls the provider; its host when unset."""
    oidc_scopes: Annotated[str, AfterValidator(_with_openid)] = "openid email profile"
    """What the provider is asked for."""
    oidc_allowed_domains: frozenset[str] = frozenset()
    """Domains one of which everybody's verified e-mail address must have; JSON, `["example.org"]`. Empty: any."""
    oidc_join_role: Literal["admin", "member", "viewer"] | None = None
    """The role with which people whom nobody invited join the first workspace; unset, they are not let in."""
    oidc_owner_email: str | None = None
    """Whose first sign-in takes over what is here, when nobody can sign in yet: a verified e-mail address."""

    @property
    def oidc_provider_name(self) -> str:
        """What the button calls the provider."""
        return self.oidc_name or urlsplit(self.oidc_issuer or "").hostname or ""


def check_oidc(settings: OidcSettings) -> None:
    """Check that single sign-on can work with these settings.

    Raises:
        ConfigError: One is missing, or the issuer's address is none that may be used.
    """
    values = {name: getattr(settings, name) for name in _REQUIRED}
    secret = settings.oidc_client_secret
    values["oidc_client_secret"] = secret.get_secret_value() if secret else None
    missing = [f"CHAT_APP_{name.upper()}" for name in _REQUIRED if not values[name]]
    if missing:
        raise ConfigError(
            f"Single sign-on needs {' and '.join(missing)} in the environment. The provider gives them to you when you "
            "register this program with it.",
            code="oidc_incomplete",
        )
    if not is_private_address(settings.oidc_issuer or ""):
        raise ConfigError(
            "CHAT_APP_OIDC_ISSUER must be an https address without query and fragment. Plain http is for a provider on "
            "this machine.",
            code="oidc_issuer",
        )


def is_private_address(address: str) -> bool:
    """Whether nobody can listen on the way to an address: it is https, or does not leave this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.query or parts.fragment or "@" in parts.netloc:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or _on_this_machine(parts))


def _on_this_machine(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in _LOOPBACK
