"""Secrets that are handed out once: made here, kept as their SHA-256.

A fast hash is enough, because nobody can guess 256 random bits; passwords need a slow one
(`services/accounts/passwords.py`).
"""

from __future__ import annotations

import hashlib
import secrets

SECRET_BYTES = 32
"""Random bytes in a secret: more than can be guessed, however many are tried."""
API_TOKEN_PREFIX = "cst_"  # noqa: S105 - how a token begins, so that scanners of source code find lost ones


def new_secret(prefix: str = "") -> str:
    """Make a secret that is safe in a header, a cookie and an address."""
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret, as hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
