"""A sign-in that is under way: kept by the browser that began it, sealed, for ten minutes.

The server remembers nothing: a restart or another replica goes on with it, and nobody can fill the server's memory.
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


class Pending(BaseModel):
    """A sign-in under way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    """Says that an answer belongs to this sign-in, and so to this browser."""
    nonce: str
    """Says that an id token belongs to it."""
    verifier: str
    """Says to the provider that who has the code also asked for it (PKCE)."""
    redirect_uri: str
    next: str
    """The path of this site to go to afterwards."""
    invitation: str | None = None
    """The secret of the invitation with which it was begun."""
    exp: int
    """The second in which it ends."""


class Seal:
    """Encrypts what is pending, so that only this installation can read or make it.

    The key comes from the client's secret, which every replica has. Deriving it takes so long that the seal is no help
    in guessing the secret.

    Args:
        settings: Of single sign-on.
    """

    def __init__(self, settings: OidcSettings) -> None:
        secret = settings.oidc_client_secret
        assert secret is not None, "the settings have been checked"
        salt = f"chat-app pending sign-in {settings.oidc_issuer} {settings.oidc_client_id}"
        derived = hashlib.scrypt(secret.get_secret_value().encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)
        self._key = OctKey.import_key(derived)

    def close(self, pending: Pending) -> str:
        """Return what the browser keeps."""
        return jwt.encode(dict(_HEADER), pending.model_dump(), self._key, registry=_REGISTRY)

    def open(self, sealed: str) -> Pending | None:
        """Return what is pending, or None when it has ended or is none of ours."""
        try:
            pending = Pending.model_validate(jwt.decode(sealed, self._key, registry=_REGISTRY).claims)
        except (JoseError, ValueError, ValidationError):
            return None
        return pending if pending.exp > time.time() else None
