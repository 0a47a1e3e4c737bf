"""Pending sign-ins: their state is kept by the browser in an encrypted cookie for ten minutes.

The server stores nothing, so a restarted server or another replica can finish the sign-in, and nobody can fill the
server's memory.
"""

from __future__ import annotations

import hashlib
import time

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, ValidationError

from chat_app.settings.oidc import OidcSettings

_HEADER = {"alg": "dir", "enc": "A256GCM"}
_REGISTRY = JWERegistry(algorithms=["dir", "A256GCM"])


class PendingSignIn(BaseModel):
    """A sign-in between the redirect to the provider and the return from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    """Ties the authorization response to this sign-in, and so to this browser."""
    nonce: str
    """Ties the ID token to this sign-in."""
    verifier: str
    """Proves to the provider that the code is redeemed by who requested it (PKCE)."""
    redirect_uri: str
    next: str
    """The path of this site to open after the sign-in."""
    invitation: str | None = None
    """The secret of the invitation that the person opened."""
    exp: int
    """When the sign-in expires, in seconds since 1970."""


class PendingSignInCipher:
    """Encrypts pending sign-ins, so that only this installation can create or read them.

    The key is derived from the client secret, which all replicas have, with a slow function: an encrypted sign-in must
    not help to guess the client secret.

    Args:
        settings: The settings of single sign-on.
    """

    def __init__(self, settings: OidcSettings) -> None:
        secret = settings.oidc_client_secret
        assert secret is not None, "check_oidc has checked the settings"
        salt = f"chat-app pending sign-in {settings.oidc_issuer} {settings.oidc_client_id}"
        derived = hashlib.scrypt(secret.get_secret_value().encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)
        self._key = OctKey.import_key(derived)

    def encrypt(self, pending: PendingSignIn) -> str:
        """Return the value of the cookie."""
        return jwt.encode(dict(_HEADER), pending.model_dump(), self._key, registry=_REGISTRY)

    def decrypt(self, encrypted: str) -> PendingSignIn | None:
        """Return the pending sign-in, or None if it has expired or was not encrypted by this installation."""
        try:
            pending = PendingSignIn.model_validate(jwt.decode(encrypted, self._key, registry=_REGISTRY).claims)
        except (JoseError, ValueError, ValidationError):
            return None
        return pending if pending.exp > time.time() else None
