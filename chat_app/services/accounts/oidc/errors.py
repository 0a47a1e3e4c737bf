"""Errors of single sign-on. People read a short text; the reason is in the log."""

from __future__ import annotations

import logging

from chat_app.domain.errors import ConfigError, Unauthenticated, Unavailable

logger = logging.getLogger(__name__)


def sign_in_failed(provider: str, reason: str) -> Unauthenticated:
    """Log why a sign-in failed, and return the error.

    Args:
        provider: Name of the provider.
        reason: Why it failed.
    """
    logger.warning("a single sign-on failed: %s", reason)
    return Unauthenticated(f"Sign-in with {provider} failed. Try again.", code="sign_in_failed")


def provider_unavailable(provider: str, error: Exception) -> Unavailable:
    """Log that the provider did not answer, and return the error.

    Args:
        provider: Name of the provider.
        error: What happened.
    """
    logger.warning("the single sign-on provider cannot be reached: %s: %s", type(error).__name__, error)
    return Unavailable(f"{provider} cannot be reached. Try again in a moment.", code="provider_unavailable")


def misconfigured(reason: str) -> ConfigError:
    """Log what is wrong with the provider's configuration, and return the error.

    Args:
        reason: What is wrong.
    """
    logger.error("the provider at CHAT_APP_OIDC_ISSUER cannot be used: %s", reason)
    return ConfigError(
        "Single sign-on is misconfigured. The administrator of this server can find the reason in its log.",
        code="sign_in_misconfigured",
    )
