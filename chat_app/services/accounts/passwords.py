"""Hashes and verifies passwords with argon2id, in threads and a few at a time."""

from __future__ import annotations

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chat_app.domain.errors import Forbidden
from chat_app.services.runtime import current

HASHER = PasswordHasher()
"""Uses the library's default parameters, RFC 9106's for little memory: 64 MiB, three passes, four lanes."""
HASHES_AT_ONCE = 2
"""Passwords hashed at the same time: each takes 64 MiB, and many sign-ins must not use up the memory."""
_UNKNOWN_ACCOUNT_HASH = HASHER.hash("nobody has this password")
"""Hash to compare with if there is no such account, so that the answer takes as long as for an existing one."""

_limiter_of_loop: RunVar[anyio.CapacityLimiter] = RunVar("password_limiter")


async def hash_password(password: str) -> str:
    """Return the hash under which a password is stored."""
    return await anyio.to_thread.run_sync(HASHER.hash, password, limiter=_limiter())


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether a password matches a hash.

    Args:
        password: The password as it was entered.
        password_hash: The stored hash. None never matches, but takes as long as a comparison.
    """
    return await anyio.to_thread.run_sync(_matches, password, password_hash, limiter=_limiter())


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than the library's current ones."""
    return HASHER.check_needs_rehash(password_hash)


def check_passwords_enabled() -> None:
    """Check that people sign in with a password on this server.

    With single sign-on, an earlier password would still give access to people whom the provider has since removed.

    Raises:
        Forbidden: This server uses single sign-on.
    """
    if current().settings.auth == "oidc":
        raise Forbidden("This server uses single sign-on, not passwords.", code="no_passwords")


def _matches(password: str, password_hash: str | None) -> bool:
    try:
        return HASHER.verify(password_hash or _UNKNOWN_ACCOUNT_HASH, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _limiter() -> anyio.CapacityLimiter:
    try:
        return _limiter_of_loop.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(HASHES_AT_ONCE)
        _limiter_of_loop.set(limiter)
        return limiter
