"""Limits attempts at passwords and one-time links.

Others must not lock out the owner of an account. Therefore the attempts in a browser in which its owner has signed in
before count for that browser alone, and the limit of an account does not apply to networks from which somebody has
signed in to it before.
"""

from __future__ import annotations

from hashlib import sha256

from chat_app.domain.errors import TooMany
from chat_app.domain.networks import network_of
from chat_app.services.limits.buckets import Buckets
from chat_app.settings.limits import LimitSettings


class SignInAttempts:
    """Counts attempts.

    Args:
        settings: The limits.
        buckets: The token buckets that count the attempts.
    """

    def __init__(self, settings: LimitSettings, buckets: Buckets) -> None:
        self._settings = settings
        self._buckets = buckets

    async def check(
        self, email: str, address: str, *, known_device: str | None = None, known_network: bool = False
    ) -> None:
        """Count an attempt before its password is checked, so that simultaneous attempts are all counted.

        Args:
            email: The e-mail address that was entered.
            address: The network address that the attempt comes from.
            known_device: Identifies the browser, if somebody has signed in to this account with it before.
            known_network: Whether somebody has signed in to this account from this network before.

        Raises:
            TooMany: There were too many attempts.
        """
        if known_device is not None:
            await self._take(_device_key(email, known_device), self._settings.max_sign_ins_device)
            return
        await self.check_address(address)
        await self._take(_pair_key(email, address), self._settings.max_sign_ins_address_and_account)
        if not known_network:
            await self._take(f"account:{_account(email)}", self._settings.max_sign_ins_account)

    async def check_address(self, address: str) -> None:
        """Count an attempt with single sign-on, whose account is not known yet.

        Raises:
            TooMany: There were too many attempts from this address.
        """
        await self._take(f"address:{network_of(address)}", self._settings.max_sign_ins_address)

    async def record_success(self, email: str, address: str, *, known_device: str | None = None) -> None:
        """Record that the password of an attempt was correct."""
        # Only the browser, or the pair of account and network: signing in to one account must not allow more attempts
        # at others.
        key = _pair_key(email, address) if known_device is None else _device_key(email, known_device)
        await self._buckets.refill(f"sign_in:{key}")

    async def check_wrong_link(self, address: str) -> None:
        """Count an attempt with a one-time link that is not valid.

        Raises:
            TooMany: There were too many attempts from this address.
        """
        key = f"wrong_link:{network_of(address)}"
        await self._take(key, self._settings.max_wrong_links_address, code="too_many_attempts")

    async def check_link_use(self, link_id: str) -> None:
        """Count an attempt to choose a password with a valid one-time link.

        Raises:
            TooMany: There were too many attempts with this link.
        """
        await self._take(f"link:{link_id}", self._settings.max_uses_link, code="too_many_attempts")

    async def check_password_change(self, login_id: str) -> None:
        """Count an attempt to change the password in a browser that is signed in.

        Raises:
            TooMany: There were too many attempts with this login.
        """
        key = f"password_change:{login_id}"
        await self._take(key, self._settings.max_password_changes_login, code="too_many_attempts")

    async def _take(self, key: str, size: int, *, code: str = "too_many_sign_ins") -> None:
        wait = await self._buckets.take(f"sign_in:{key}", size=size, seconds=self._settings.sign_in_minutes * 60)
        if wait:
            noun = "sign-in attempts" if code == "too_many_sign_ins" else "attempts"
            raise TooMany(f"Too many {noun}. Try again in {format_wait(wait)}.", retry_after=wait, code=code)


def format_wait(seconds: float) -> str:
    """Return a waiting time as text, rounded up: "2 minutes"."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds > 2 * length:
            return f"{-int(-seconds // length)} {unit}s"
    whole = -int(-seconds // 1)
    return "1 second" if whole == 1 else f"{whole} seconds"


def _device_key(email: str, device: str) -> str:
    return f"device:{_account(email)}:{device}"


def _pair_key(email: str, address: str) -> str:
    return f"pair:{_account(email)}:{network_of(address)}"


def _account(email: str) -> str:
    """Return an e-mail address as a key of fixed length."""
    return sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()[:32]
