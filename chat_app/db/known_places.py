"""Browsers and networks in which people have signed in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import delete
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.rows import upsert_rows
from chat_app.db.tables import KnownPlaceRow

Kind = Literal["device", "network"]
"""A browser, which keeps a secret in a cookie, or a network address."""


async def find(tx: Transaction, user_id: str, key_hashes: Collection[str], *, used_after: datetime) -> set[str]:
    """Return those of the keys that are known for an account.

    Args:
        tx: The transaction.
        user_id: Id of the account.
        key_hashes: Hashes of secrets of browsers and of networks.
        used_after: A place in which nobody has signed in since then is not known any more.
    """
    statement = select(KnownPlaceRow.key_hash).where(
        KnownPlaceRow.user_id == user_id,
        col(KnownPlaceRow.key_hash).in_(key_hashes),
        col(KnownPlaceRow.used_at) > used_after,
    )
    return set(await tx.session.exec(statement))


async def is_device(tx: Transaction, key_hash: str) -> bool:
    """Whether a browser is known for any account."""
    statement = select(KnownPlaceRow.key_hash).where(KnownPlaceRow.key_hash == key_hash, KnownPlaceRow.kind == "device")
    return (await tx.session.exec(statement.limit(1))).first() is not None


async def put(tx: Transaction, user_id: str, kind: Kind, key_hash: str, *, at: datetime, keep: int) -> None:
    """Store that an account has been signed in to at a place, and forget the oldest ones beyond a number.

    Args:
        tx: The transaction.
        user_id: Id of the account.
        kind: The kind of place.
        key_hash: Hash of the secret of the browser, or of the network.
        at: When.
        keep: The number of places of this kind that remain.
    """
    place = {"user_id": user_id, "kind": kind, "key_hash": key_hash, "used_at": at}
    await upsert_rows(tx, KnownPlaceRow, [place])
    of_kind = (col(KnownPlaceRow.user_id) == user_id, col(KnownPlaceRow.kind) == kind)
    newest_first = (col(KnownPlaceRow.used_at).desc(), col(KnownPlaceRow.key_hash))
    newest = select(KnownPlaceRow.key_hash).where(*of_kind).order_by(*newest_first).limit(keep)
    await tx.session.exec(delete(KnownPlaceRow).where(*of_kind, col(KnownPlaceRow.key_hash).not_in(newest)))


async def remove_all(tx: Transaction, user_id: str) -> None:
    """Forget all places of an account."""
    await tx.session.exec(delete(KnownPlaceRow).where(col(KnownPlaceRow.user_id) == user_id))


async def remove_unused(tx: Transaction, *, used_before: datetime) -> None:
    """Forget the places in which nobody has signed in since a time."""
    await tx.session.exec(delete(KnownPlaceRow).where(col(KnownPlaceRow.used_at) <= used_before))
