"""Passwords: argon2id, off the event loop, and never too many at once."""

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
"""Passwords that are looked at in one moment: each takes 64 MiB, and a flood of sign-ins must not take all."""
_limiter_of_loop: RunVar[anyio.CapacityLimiter] = RunVar("password_limiter")


@cache
def hasher() -> PasswordHasher:
    """Return the hasher, with RFC 9106's parameters for little memory: 64 MiB, three passes, four lanes."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - see above

    return PasswordHasher()


@cache
def unknown_account_hash() -> str:
    """Return a hash to compare with when there is no such account, so that the answer takes as long as for one."""
    return hasher().hash("nobody has this password")


async def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return await anyio.to_thread.run_sync(hasher().hash, password, limiter=_limiter())


async def password_matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept.

    Args:
        password: What somebody typed.
        kept: From `hash_password`; None when there is none, which takes as long and is never a match.
    """
    return await anyio.to_thread.run_sync(_matches, password, kept, limiter=_limiter())


def needs_new_hash(kept: str) -> bool:
    """Whether a password was kept with parameters that are no longer the library's."""
    return hasher().check_needs_rehash(kept)


def check_passwords_used() -> None:
    """Check that a password counts here.

    Where people sign in at a provider, one that was chosen before would let somebody in whom the provider no longer
    knows.

    Raises:
        Forbidden: It does not.
    """
    if current().settings.auth == "oidc":
        raise Forbidden("People sign in at a provider here, without a password.", code="no_passwords")


def _matches(password: str, kept: str | None) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - see above

    # Computed in either case, because the first time takes as long as a comparison.
    unknown = unknown_account_hash()
    try:
        return hasher().verify(kept or unknown, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _limiter() -> anyio.CapacityLimiter:
    try:
        return _limiter_of_loop.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(HASHES_AT_ONCE)
        _limiter_of_loop.set(limiter)
        return limiter
