"""How often one may try to sign in.

Guessing is slowed down for each address and for each account. Who guesses at an account from elsewhere must not keep
its owner out, so addresses that have signed in to it before have a count of their own.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address

from chat_app.domain.errors import TooMany
from chat_app.services.limits.buckets import Buckets
from chat_app.settings.limits import LimitSettings

MAX_PLACES = 20
"""Addresses that are remembered of one account, the latest."""
_ADDRESS_LENGTH = 64


class SignInAttempts:
    """Counts the tries to sign in.

    Args:
        settings: How many there may be.
        buckets: Where they are counted.
    """

    def __init__(self, settings: LimitSettings, buckets: Buckets) -> None:
        self._settings = settings
        self._buckets = buckets
        self._places: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    async def check(self, email: str, address: str) -> None:
        """Count a try before its password is looked at: tries at the same time are all counted.

        Raises:
            TooMany: There were too many.
        """
        account, place = _account(email), _place(address)
        await self._take(f"address:{place}", self._settings.sign_ins_address)
        await self._take(f"pair:{account}:{place}", self._settings.sign_ins_pair)
        if place not in self._places.get(account, ()):
            await self._take(f"account:{account}", self._settings.sign_ins_account)

    async def check_address(self, address: str) -> None:
        """Count a try that names no account, because a provider says whose it is.

        Raises:
            TooMany: There were too many from this address.
        """
        await self._take(f"address:{_place(address)}", self._settings.sign_ins_address)

    async def note(self, email: str, address: str, *, ok: bool) -> None:
        """Take note of how a try ended."""
        if not ok:
            return
        account, place = _account(email), _place(address)
        others = tuple(each for each in self._places.pop(account, ()) if each != place)
        self._places[account] = (*others, place)[-MAX_PLACES:]
        if len(self._places) > self._settings.max_limit_keys:
            self._places.popitem(last=False)
        # Not the address's own count: who has one account must not thereby get more tries at others.
        await self._buckets.refill(f"sign_in:pair:{account}:{place}")

    async def _take(self, key: str, size: int) -> None:
        wait = await self._buckets.take(f"sign_in:{key}", size=size, seconds=self._settings.sign_in_minutes * 60)
        if wait:
            raise TooMany(
                f"There were too many tries to sign in. Try again in {format_wait(wait)}.",
                retry_after=wait,
                code="too_many_sign_ins",
            )


def format_wait(seconds: float) -> str:
    """Return a time to wait as a person reads it, never shorter than it is."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds > 2 * length:
            return f"{-int(-seconds // length)} {unit}s"
    whole = -int(-seconds // 1)
    return "1 second" if whole == 1 else f"{whole} seconds"


def _account(email: str) -> str:
    """Return an e-mail address as a key of one length, whatever somebody typed."""
    return sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _place(address: str) -> str:
    """Return what one who tries can't change at will: an IPv4 address, or the network that a line of IPv6 gets."""
    # Some proxies write the port as well, which is another one for every connection.
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:_ADDRESS_LENGTH]
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
