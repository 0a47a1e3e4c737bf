"""Accounts of people: rows to values and back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import AccountRow
from chat_app.domain.accounts import Account
from chat_app.domain.preferences import Preferences, read_preferences


@dataclass(frozen=True, kw_only=True)
class StoredAccount:
    """An account with the credentials that it signs in with."""

    account: Account
    password_hash: str | None = field(repr=False)
    identity: str | None
    """Issuer and subject at the single sign-on provider."""


async def insert(tx: Transaction, account: Account, *, password_hash: str | None, identity: str | None = None) -> None:
    """Store a new account.

    Args:
        tx: The transaction.
        account: The account, with its e-mail address in lower case.
        password_hash: Hash of the password; None with single sign-on.
        identity: Issuer and subject at the single sign-on provider.
    """
    row = {**account.model_dump(), "password_hash": password_hash, "identity": identity}
    await insert_rows(tx, AccountRow, [row])


async def count(tx: Transaction, *, since: datetime | None = None) -> int:
    """Return the number of all accounts, or of those created since a time."""
    statement = select(func.count()).select_from(AccountRow)
    if since is not None:
        statement = statement.where(AccountRow.created_at >= since)
    return (await tx.session.exec(statement)).one()


async def get(tx: Transaction, user_id: str) -> Account | None:
    """Return the account, or None."""
    row = await tx.session.get(AccountRow, user_id)
    return None if row is None else to_account(row)


async def find_by_email(tx: Transaction, email: str) -> StoredAccount | None:
    """Return the account with an e-mail address in lower case, or None."""
    row = (await tx.session.exec(select(AccountRow).where(AccountRow.email == email))).first()
    if row is None:
        return None
    return StoredAccount(account=to_account(row), password_hash=row.password_hash, identity=row.identity)


async def find_by_identity(tx: Transaction, identity: str) -> Account | None:
    """Return the account with an identity at the single sign-on provider, or None."""
    row = (await tx.session.exec(select(AccountRow).where(AccountRow.identity == identity))).first()
    return None if row is None else to_account(row)


async def password_hash(tx: Transaction, user_id: str) -> str | None:
    """Return the hash of an account's password, or None if it has no password."""
    statement = select(AccountRow.password_hash).where(AccountRow.id == user_id)
    return (await tx.session.exec(statement)).first()


async def preferences(tx: Transaction, user_id: str) -> Preferences:
    """Return the preferences of a person."""
    statement: SelectOfScalar[Any] = select(col(AccountRow.preferences)).where(AccountRow.id == user_id)
    return read_preferences((await tx.session.exec(statement)).first())


async def update_columns(tx: Transaction, user_id: str, **values: Any) -> None:
    """Set columns of an account."""
    await tx.session.exec(update(AccountRow).where(col(AccountRow.id) == user_id).values(**values))


async def can_sign_in(tx: Transaction, user_id: str) -> bool:
    """Whether an account has a password or an identity."""
    statement = select(AccountRow.id).where(AccountRow.id == user_id, _has_credentials())
    return (await tx.session.exec(statement)).first() is not None


async def can_anybody_sign_in(tx: Transaction) -> bool:
    """Whether any account has a password or an identity, that is, whether the installation has been set up."""
    statement = select(func.count()).select_from(AccountRow).where(_has_credentials())
    return (await tx.session.exec(statement)).one() > 0


async def names(tx: Transaction, user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of people by their ids, without unknown ids."""
    if not user_ids:
        return {}
    statement = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(user_ids))
    return dict((await tx.session.exec(statement)).all())


def _has_credentials() -> ColumnElement[bool]:
    return col(AccountRow.password_hash).is_not(None) | col(AccountRow.identity).is_not(None)


def to_account(row: AccountRow) -> Account:
    """Return the account in a row."""
    return Account(id=row.id, name=row.name, email=row.email, created_at=row.created_at)
