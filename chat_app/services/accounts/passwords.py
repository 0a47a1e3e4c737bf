"""Hashes and verifies passwords with argon2id, in threads and a few at a time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from chat_app.domain.errors import Forbidden
from chat_app.services.runtime import current

if TYPE_CHECKING:
    # Loaded when it is needed: most installations have no passwords.
    from argon2 import PasswordHasher

HASHES_AT_ONCE = 2
"""Passwords hashed at the same time: each takes 64 MiB, and many sign-ins must not use up the memory."""
_limiter_of_loop: RunVar[anyio.CapacityLimiter] = RunVar("password_limiter")


@cache
def hasher() -> PasswordHasher:
    """Return the hasher. Its parameters are the library's default, RFC 9106's for little memory.

    They are 64 MiB, three passes and four lanes.
    """
    from argon2 import PasswordHasher  # noqa: PLC0415 - see above

    return PasswordHasher()


@cache
def unknown_account_hash() -> str:
    """Return the hash to compare with if there is no such account, so that the answer takes as long as for one."""
    return hasher().hash("nobody has this password")


async def hash_password(password: str) -> str:
    """Return the hash under which a password is stored."""
    return await anyio.to_thread.run_sync(hasher().hash, password, limiter=_limiter())


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether a password matches a hash.

    Args:
        password: The password as it was entered.
        password_hash: The stored hash. None never matches, but takes as long as a comparison.
    """
    return await anyio.to_thread.run_sync(_matches, password, password_hash, limiter=_limiter())


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than the library's current ones."""
    return hasher().check_needs_rehash(password_hash)


def check_passwords_enabled() -> None:
    """Check that people sign in with a password on this server.

    With single sign-on, an earlier password would still give access to people whom the provider has since removed.

    Raises:
        Forbidden: This server uses single sign-on.
    """
    if current().settings.auth == "oidc":
        raise Forbidden("This server uses single sign-on, not passwords.", code="no_passwords")


def _matches(password: str, password_hash: str | None) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - see above

    # Computed in either case, because the first time takes as long as a comparison.
    unknown = unknown_account_hash()
    try:
        return hasher().verify(password_hash or unknown, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _limiter() -> anyio.CapacityLimiter:
    try:
        return _limiter_of_loop.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(HASHES_AT_ONCE)
        _limiter_of_loop.set(limiter)
        return limiter
