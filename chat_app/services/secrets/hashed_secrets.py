"""Random secrets for logins, tokens and one-time links: shown once, stored as their SHA-256 hash.

A fast hash is enough because nobody can guess 256 random bits. Passwords need a slow one
(`services/accounts/passwords.py`).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")

SECRET_BYTES = 32
"""Random bytes in a secret: more than can be guessed, however many guesses are made."""
API_TOKEN_PREFIX = "cst_"  # noqa: S105 - a fixed prefix, by which secret scanners recognize leaked tokens


@dataclass(frozen=True, kw_only=True)
class Issued(Generic[ValueT]):
    """A new login, token or link together with its secret, which is not stored and cannot be shown again."""

    value: ValueT
    secret: str = field(repr=False)


def new_secret(prefix: str = "") -> str:
    """Return a random secret that is safe in a header, a cookie and a URL."""
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """Return the hash under which a secret is stored, as hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
