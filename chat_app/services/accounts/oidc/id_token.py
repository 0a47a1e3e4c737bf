"""What a provider says about somebody: checks of the id token, and what is taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry

from chat_app.domain.accounts import NAME_LIMIT, check_email, check_name
from chat_app.domain.errors import Invalid, Unauthenticated

CLOCK_SECONDS = 60
"""How far the provider's clock may be from this one."""
SUBJECT_LIMIT = 255
"""Characters in a subject (OpenID Connect Core, 2)."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""How an id token may be signed: by a key that only the provider has. `none` is no signature, and the key of HS256 is
the client's secret, which more people know."""
_KEY_TYPES = frozenset({"RSA", "EC", "OKP"})
_FAILED = "The provider's answer is not one that can be trusted, so nobody was signed in. Try again."


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Somebody, as the provider says."""

    identity: str
    """Issuer and subject, with a space between: it never changes and belongs to nobody else."""
    email: str | None
    """Their address, if the provider has verified it."""
    has_email: bool
    """Whether the provider named an address at all."""
    name: str


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """Return the provider's public keys; those of a kind that is not known are left out."""
    found = document.get("keys")
    keys: list[Key] = []
    for key in cast("list[Any]", found) if isinstance(found, list) else ():
        try:
            if key["kty"] in _KEY_TYPES and key.get("use", "sig") == "sig":
                keys.append(JWKRegistry.import_key(key))
        except (JoseError, AttributeError, KeyError, TypeError, ValueError):
            continue
    return KeySet(keys)


def check_id_token(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str, offered: Sequence[str]
) -> dict[str, Any]:
    """Return what an id token says, after every check that the standard asks for.

    Args:
        token: The id token.
        keys: The provider's keys.
        issuer: Who must have made it.
        client_id: Whom it must be for.
        nonce: What it must repeat of the request.
        access_token: What came with it; "" for none.
        offered: The algorithms that the provider says it signs with.

    Raises:
        joserfc.errors.InvalidKeyIdError: It names a key that is none of these.
        joserfc.errors.JoseError: A check failed.
        ValueError: It is no token at all.
    """
    algorithms = [each for each in ALGORITHMS if each in offered]
    decoded = jwt.decode(token, keys, registry=JWSRegistry(algorithms=algorithms, strict_check_header=False))
    options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    claims: Any = CodeIDToken(decoded.claims, decoded.header, options, params)
    claims.validate(leeway=CLOCK_SECONDS)
    return decoded.claims


def read_claims(claims: Mapping[str, Any], *, issuer: str) -> Claims:
    """Return somebody as a provider describes them.

    Raises:
        ValueError: There is no usable subject.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_LIMIT or not _is_line(subject):
        raise ValueError("the subject is none")
    email = claims.get("email")
    # The standard says true; a text "true" is taken by some programs and could just as well be "false".
    verified = claims.get("email_verified") is True
    return Claims(
        identity=f"{issuer} {subject}",
        email=_email(email) if verified else None,
        has_email=bool(email),
        name=_name(claims),
    )


def _is_line(text: str) -> bool:
    return text.isprintable() and not any("\ud800" <= character <= "\udfff" for character in text)


def _email(value: Any) -> str | None:
    try:
        return check_email(value) if isinstance(value, str) else None
    except Invalid:
        return None


def _name(claims: Mapping[str, Any]) -> str:
    for key in ("name", "preferred_username", "email"):
        value = claims.get(key)
        try:
            if isinstance(value, str):
                return check_name(value[:NAME_LIMIT])
        except Invalid:
            continue
    return "Somebody"


def not_trusted() -> Unauthenticated:
    """Return the error of an answer that does not hold; what exactly is wrong with it is for the log."""
    return Unauthenticated(_FAILED, code="sign_in_failed")
