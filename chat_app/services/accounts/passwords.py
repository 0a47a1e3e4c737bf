"""Hashes and verifies passwords with argon2id, in threads and a few at a time."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from chat_app.domain.errors import Forbidden
from chat_app.services.accounts.hashing_queue import Caller, HashingQueue
from chat_app.services.runtime import current
from chat_app.settings.limits import LimitSettings

if TYPE_CHECKING:
    # Loaded when it is needed: most installations have no passwords.
    from argon2 import PasswordHasher


class Passwords:
    """Hashes and verifies passwords.

    Args:
        settings: The limits of passwords that are hashed at the same time and that wait for it.
    """

    def __init__(self, settings: LimitSettings) -> None:
        self.queue = HashingQueue(settings)

    async def hash(self, password: str, *, caller: Caller) -> str:
        """Return the hash under which a password is stored.

        Args:
            password: The password, which can be encoded (`domain.accounts.check_password`).
            caller: For whom it is hashed.

        Raises:
            Unavailable: Too many passwords wait to be hashed.
        """
        return await self.queue.run(lambda: hasher().hash(password), caller=caller)

    async def verify(self, password: str, password_hash: str | None, *, caller: Caller) -> bool:
        """Whether a password matches a hash.

        Args:
            password: The password as it was entered.
            password_hash: The stored hash. None never matches, but takes as long as a comparison.
            caller: For whom it is verified.

        Raises:
            Unavailable: Too many passwords wait to be hashed.
        """
        return await self.queue.run(partial(_matches, password, password_hash), caller=caller)


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
