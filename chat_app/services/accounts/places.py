"""Places in which people enter passwords: a browser in a network. Those in which somebody has signed in are known.

A known browser has a random secret in a cookie of its own, which outlives logins. It gives no access: it only separates
the attempts in this browser from those of strangers, who therefore cannot lock out the owner of an account. Passwords
that are changed may have been stolen, so a change forgets all other places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from chat_app.db import known_places
from chat_app.db.engine import Transaction
from chat_app.domain.accounts import Account, Login
from chat_app.domain.networks import network_of
from chat_app.services.accounts.hashing_queue import Caller
from chat_app.services.accounts.logins import start_login
from chat_app.services.runtime import current, now
from chat_app.services.secrets.hashed_secrets import Issued, hash_secret, new_secret

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
"""The form of the secrets that `new_secret` makes."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a person enters a password."""

    address: str = ""
    """The network address that they connect from."""
    client: str = ""
    """The user agent of their browser."""
    device: str = field(default="", repr=False)
    """The secret of the browser; "" for a new one."""


NOWHERE = Place()
"""A place of which nothing is known."""


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """What is known about a place for an account."""

    device: str | None = None
    """The hash of the browser's secret, if it is known for the account."""
    network: bool = False
    """Whether the network is known for the account."""


@dataclass(frozen=True, kw_only=True)
class StartedLogin(Issued[Login]):
    """A new login, and the secret of its browser, with which the place is recognized later."""

    device: str = field(repr=False)


async def recognize_place(tx: Transaction, place: Place, user_id: str | None) -> Recognition:
    """Return what is known about a place.

    Args:
        tx: The transaction.
        place: The place.
        user_id: Id of the account; None for one that does not exist, for which nothing is known.
    """
    if user_id is None:
        return Recognition()
    device, network = _device_hash(place), _network_hash(place)
    keys = [key for key in (device, network) if key is not None]
    used_after = now() - timedelta(days=current().settings.known_place_days)
    known = await known_places.find(tx, user_id, keys, used_after=used_after)
    return Recognition(device=device if device in known else None, network=network in known)


def caller_at(place: Place, recognition: Recognition) -> Caller:
    """Return for whom a password that was entered at a place is verified."""
    if recognition.device is not None:
        return Caller(key=f"device:{recognition.device}", trusted=True)
    return Caller(key=f"network:{network_of(place.address)}", trusted=False)


async def start_known_login(
    tx: Transaction, account: Account, place: Place, *, workspace_id: str = "", forget_others: bool = False
) -> StartedLogin:
    """Create a login for a person who has entered or chosen their password, and remember the place.

    Args:
        tx: The transaction.
        account: The account.
        place: Where the person is.
        workspace_id: The workspace that the login starts in, as for `start_login`.
        forget_others: Whether all other places of the account are forgotten.

    Raises:
        Forbidden: The account is a member of no workspace.
    """
    issued = await start_login(tx, account, client=place.client, workspace_id=workspace_id, address=place.address)
    if forget_others:
        await known_places.remove_all(tx, account.id)
    device = new_secret() if forget_others else await _keep_or_make_device(tx, place)
    at, keep = now(), current().settings.max_known_places
    await known_places.put(tx, account.id, "device", hash_secret(device), at=at, keep=keep)
    network = _network_hash(place)
    if network is not None:
        await known_places.put(tx, account.id, "network", network, at=at, keep=keep)
    return StartedLogin(value=issued.value, secret=issued.secret, device=device)


async def _keep_or_make_device(tx: Transaction, place: Place) -> str:
    """Return the secret of a browser, which several accounts may share, or a new one.

    A secret that no account has was not made here: somebody may have put it into the browser to know it.
    """
    device = _device_hash(place)
    return place.device if device is not None and await known_places.is_device(tx, device) else new_secret()


def _device_hash(place: Place) -> str | None:
    return hash_secret(place.device) if _SECRET.fullmatch(place.device) else None


def _network_hash(place: Place) -> str | None:
    return hash_secret(f"network {network_of(place.address)}") if place.address else None
