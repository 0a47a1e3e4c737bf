"""Limits sign-in attempts, for each network address and for each account.

Attempts from other addresses must not lock out the owner of an account. Therefore the limit of an account does not
apply to addresses from which somebody has signed in to it before.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256

from chat_app.domain.errors import TooMany
from chat_app.domain.networks import network_of
from chat_app.services.limits.buckets import Buckets
from chat_app.settings.limits import LimitSettings

MAX_KNOWN_NETWORKS = 20
"""Networks remembered for each account: those of the latest successful sign-ins."""


class SignInAttempts:
    """Counts sign-in attempts.

    Args:
        settings: The limits.
        buckets: The token buckets that count the attempts.
    """

    def __init__(self, settings: LimitSettings, buckets: Buckets) -> None:
        self._settings = settings
        self._buckets = buckets
        self._known_networks: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    async def check(self, email: str, address: str) -> None:
        """Count an attempt before its password is checked, so that simultaneous attempts are all counted.

        Raises:
            TooMany: There were too many attempts.
        """
        account, network = _account(email), network_of(address)
        await self._take(f"address:{network}", self._settings.max_sign_ins_address)
        await self._take(f"pair:{account}:{network}", self._settings.max_sign_ins_address_and_account)
        if network not in self._known_networks.get(account, ()):
            await self._take(f"account:{account}", self._settings.max_sign_ins_account)

    async def check_address(self, address: str) -> None:
        """Count an attempt with single sign-on, whose account is not known yet.

        Raises:
            TooMany: There were too many attempts from this address.
        """
        await self._take(f"address:{network_of(address)}", self._settings.max_sign_ins_address)

    async def record(self, email: str, address: str, *, ok: bool) -> None:
        """Record whether an attempt succeeded."""
        if not ok:
            return
        account, network = _account(email), network_of(address)
        others = tuple(known for known in self._known_networks.pop(account, ()) if known != network)
        self._known_networks[account] = (*others, network)[-MAX_KNOWN_NETWORKS:]
        if len(self._known_networks) > self._settings.max_limit_keys:
            self._known_networks.popitem(last=False)
        # Only the pair of account and network: signing in to one account must not allow more attempts at others.
        await self._buckets.refill(f"sign_in:pair:{account}:{network}")

    async def _take(self, key: str, size: int) -> None:
        wait = await self._buckets.take(f"sign_in:{key}", size=size, seconds=self._settings.sign_in_minutes * 60)
        if wait:
            raise TooMany(
                f"Too many sign-in attempts. Try again in {format_wait(wait)}.",
                retry_after=wait,
                code="too_many_sign_ins",
            )


def format_wait(seconds: float) -> str:
    """Return a waiting time as text, rounded up: "2 minutes"."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds > 2 * length:
            return f"{-int(-seconds // length)} {unit}s"
    whole = -int(-seconds // 1)
    return "1 second" if whole == 1 else f"{whole} seconds"


def _account(email: str) -> str:
    """Return an e-mail address as a key of fixed length."""
    return sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()[:32]
