"""Accounts: people and their passwords."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import AccountRow
from chat_app.domain.accounts import Account
from chat_app.domain.preferences import Preferences, read_preferences


async def insert(tx: Transaction, account: Account, *, password_hash: str | None, identity: str | None = None) -> None:
    """Store a new account.

    Args:
        tx: The transaction.
        account: The account; its e-mail address is in lower case.
        password_hash: None for somebody who signs in elsewhere.
        identity: Issuer and subject at a provider of single sign-on.
    """
    row = {**account.model_dump(), "password_hash": password_hash, "identity": identity}
    await insert_rows(tx, AccountRow, [row])


async def get(tx: Transaction, user_id: str) -> Account | None:
    """Return the account, or None."""
    row = await tx.session.get(AccountRow, user_id)
    return None if row is None else to_account(row)


async def by_email(tx: Transaction, email: str) -> tuple[Account, str | None] | None:
    """Return the account with this address and the hash of its password, or None."""
    row = (await tx.session.exec(select(AccountRow).where(AccountRow.email == email))).first()
    return None if row is None else (to_account(row), row.password_hash)


async def by_identity(tx: Transaction, identity: str) -> Account | None:
    """Return the account of somebody who signed in elsewhere, or None."""
    row = (await tx.session.exec(select(AccountRow).where(AccountRow.identity == identity))).first()
    return None if row is None else to_account(row)


async def password_hash(tx: Transaction, user_id: str) -> str | None:
    """Return the hash of an account's password, or None when it has none."""
    statement = select(AccountRow.password_hash).where(AccountRow.id == user_id)
    return (await tx.session.exec(statement)).first()


async def identity(tx: Transaction, user_id: str) -> str | None:
    """Return the issuer and subject that an account signs in with, or None."""
    return (await tx.session.exec(select(AccountRow.identity).where(AccountRow.id == user_id))).first()


async def preferences(tx: Transaction, user_id: str) -> Preferences:
    """Return what a person prefers."""
    statement: SelectOfScalar[Any] = select(col(AccountRow.preferences)).where(AccountRow.id == user_id)
    return read_preferences((await tx.session.exec(statement)).first())


async def change(tx: Transaction, user_id: str, **values: Any) -> None:
    """Set columns of an account."""
    await tx.session.exec(update(AccountRow).where(col(AccountRow.id) == user_id).values(**values))


async def anybody_can_sign_in(tx: Transaction) -> bool:
    """Whether any account has a password or an identity: the program has been set up."""
    able = col(AccountRow.password_hash).is_not(None) | col(AccountRow.identity).is_not(None)
    statement = select(func.count()).select_from(AccountRow).where(able)
    return (await tx.session.exec(statement)).one() > 0


async def names(tx: Transaction, account_ids: Collection[str]) -> dict[str, str]:
    """Return people's names by their ids; ids of nobody are left out."""
    if not account_ids:
        return {}
    statement = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(account_ids))
    return dict((await tx.session.exec(statement)).all())


def to_account(row: AccountRow) -> Account:
    """Return the domain's account for a row."""
    created_at: datetime = row.created_at
    return Account(id=row.id, name=row.name, email=row.email, created_at=created_at)
