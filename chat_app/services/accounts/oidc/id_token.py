"""ID tokens: checks their signature and claims, and reads from them who a person is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry

from chat_app.domain.accounts import check_email, clean_name
from chat_app.domain.errors import Invalid

CLOCK_SECONDS = 60
"""Seconds by which the clocks of the provider and this server may differ."""
SUBJECT_LIMIT = 255
"""Characters in the `sub` claim (OpenID Connect Core, 2)."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signature algorithms that are accepted: those with a key that only the provider has. `none` is no signature, and
HS256 is keyed with the client secret, which more people know."""
_KEY_TYPES = frozenset({"RSA", "EC", "OKP"})


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What the provider states about a person."""

    identity: str
    """Issuer and subject, separated by a space: permanent and unique."""
    email: str | None
    """E-mail address, if the provider has verified it."""
    has_email: bool
    """Whether the provider stated an address, verified or not."""
    name: str


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """Return the provider's public keys from its JWKS document, without keys of unknown types."""
    entries = document.get("keys")
    keys: list[Key] = []
    for key in cast("list[Any]", entries) if isinstance(entries, list) else ():
        try:
            if key["kty"] in _KEY_TYPES and key.get("use", "sig") == "sig":
                keys.append(JWKRegistry.import_key(key))
        except (JoseError, AttributeError, KeyError, TypeError, ValueError):
            continue
    return KeySet(keys)


def check_id_token(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str, offered: Sequence[str]
) -> dict[str, Any]:
    """Return the claims of an ID token after all checks that the standard requires (OpenID Connect Core, 3.1.3.7).

    Args:
        token: The ID token.
        keys: The provider's keys.
        issuer: The required issuer.
        client_id: The required audience.
        nonce: The nonce of the authorization request.
        access_token: The access token issued together with the ID token; "" for none.
        offered: The signature algorithms in the provider's metadata.

    Raises:
        joserfc.errors.InvalidKeyIdError: The token names an unknown key.
        joserfc.errors.JoseError: A check failed.
        ValueError: The text is not a token.
    """
    algorithms = [algorithm for algorithm in ALGORITHMS if algorithm in offered]
    decoded = jwt.decode(token, keys, registry=JWSRegistry(algorithms=algorithms, strict_check_header=False))
    options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    claims: Any = CodeIDToken(decoded.claims, decoded.header, options, params)
    claims.validate(leeway=CLOCK_SECONDS)
    return decoded.claims


def read_claims(claims: Mapping[str, Any], *, issuer: str) -> Claims:
    """Return the claims that are used here.

    Raises:
        ValueError: The subject is missing or not usable.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_LIMIT or not _is_printable_line(subject):
        raise ValueError("the subject is missing or not usable")
    email = claims.get("email")
    # Only the boolean that the standard requires: some programs also accept the text "true".
    verified = claims.get("email_verified") is True
    return Claims(
        identity=f"{issuer} {subject}",
        email=_email(email) if verified else None,
        has_email=bool(email),
        name=_name(claims),
    )


def _is_printable_line(text: str) -> bool:
    return text.isprintable() and not any("\ud800" <= character <= "\udfff" for character in text)


def _email(value: Any) -> str | None:
    try:
        return check_email(value) if isinstance(value, str) else None
    except Invalid:
        return None


def _name(claims: Mapping[str, Any]) -> str:
    for key in ("name", "preferred_username", "email"):
        value = claims.get(key)
        if isinstance(value, str) and (name := clean_name(value)):
            return name
    return "Unnamed user"
