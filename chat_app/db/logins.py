"""Logins of browsers and API tokens of programs: rows to values and back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, update
from sqlmodel import col, select

from chat_app.db.accounts import to_account
from chat_app.db.engine import Transaction
from chat_app.db.rows import insert_rows
from chat_app.db.tables import AccountRow, ApiTokenRow, LoginRow, MemberRow
from chat_app.domain.accounts import Account, ApiToken, Login
from chat_app.domain.actor import Role, Scope


@dataclass(frozen=True, kw_only=True)
class StoredLogin:
    """A login, its account, and the account's role in the workspace of the login."""

    login: Login
    account: Account
    role: Role


@dataclass(frozen=True, kw_only=True)
class StoredToken:
    """An API token, its account, and the account's role in the workspace of the token."""

    token: ApiToken
    account: Account
    role: Role


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a login or a token permits: a role in a workspace, within a scope."""

    workspace_id: str
    role: Role
    scope: Scope = Scope.ADMIN


async def insert(tx: Transaction, login: Login, *, token_hash: str) -> None:
    """Store a new login."""
    await insert_rows(tx, LoginRow, [{**login.model_dump(), "token_hash": token_hash}])


async def find(tx: Transaction, token_hash: str) -> StoredLogin | None:
    """Return the login with a secret, or None if there is none or its account is not a member of the workspace."""
    statement = (
        select(LoginRow, AccountRow, MemberRow.role)
        .join(AccountRow, col(AccountRow.id) == col(LoginRow.user_id))
        .join(MemberRow, _member_of(LoginRow))
        .where(LoginRow.token_hash == token_hash)
    )
    joined = (await tx.session.exec(statement)).first()
    if joined is None:
        return None
    row, account, role = joined
    return StoredLogin(login=_login(row), account=to_account(account), role=Role(role))


async def all_of(tx: Transaction, user_id: str) -> list[Login]:
    """Return an account's logins, newest first."""
    statement = select(LoginRow).where(LoginRow.user_id == user_id).order_by(col(LoginRow.created_at).desc())
    return [_login(row) for row in await tx.session.exec(statement)]


async def set_workspace(tx: Transaction, login_id: str, *, workspace_id: str) -> None:
    """Switch a login to another workspace."""
    await tx.session.exec(update(LoginRow).where(col(LoginRow.id) == login_id).values(workspace_id=workspace_id))


async def leave_workspace(tx: Transaction, user_id: str, *, workspace_id: str, move_to: str | None) -> None:
    """Remove an account's logins and tokens from a workspace.

    Args:
        tx: The transaction.
        user_id: Id of the account.
        workspace_id: The workspace.
        move_to: The workspace to which the logins switch; None deletes them.
    """
    in_workspace = and_(col(LoginRow.user_id) == user_id, col(LoginRow.workspace_id) == workspace_id)
    if move_to is None:
        await tx.session.exec(delete(LoginRow).where(in_workspace))
    else:
        await tx.session.exec(update(LoginRow).where(in_workspace).values(workspace_id=move_to))
    tokens = (col(ApiTokenRow.user_id) == user_id, col(ApiTokenRow.workspace_id) == workspace_id)
    await tx.session.exec(delete(ApiTokenRow).where(*tokens))


async def remove(tx: Transaction, login_id: str) -> None:
    """Delete a login."""
    await tx.session.exec(delete(LoginRow).where(col(LoginRow.id) == login_id))


async def remove_all(tx: Transaction, user_id: str) -> None:
    """Delete all logins of an account."""
    await tx.session.exec(delete(LoginRow).where(col(LoginRow.user_id) == user_id))


async def remove_unused(tx: Transaction, user_id: str, *, keep: int) -> int:
    """Delete all but an account's `keep` most recently used logins; return how many were deleted."""
    kept = (
        select(LoginRow.id)
        .where(LoginRow.user_id == user_id)
        .order_by(col(LoginRow.used_at).desc(), col(LoginRow.created_at).desc(), col(LoginRow.id).desc())
        .limit(keep)
    )
    where = (col(LoginRow.user_id) == user_id, col(LoginRow.id).not_in(kept))
    return (await tx.session.exec(delete(LoginRow).where(*where))).rowcount


async def record_use(tx: Transaction, ids: Collection[str], *, at: datetime) -> None:
    """Store that logins and tokens were used."""
    if ids:
        await tx.session.exec(update(LoginRow).where(col(LoginRow.id).in_(ids)).values(used_at=at))
        await tx.session.exec(update(ApiTokenRow).where(col(ApiTokenRow.id).in_(ids)).values(used_at=at))


async def find_rights(
    tx: Transaction, ids: Collection[str], *, at: datetime, used_after: datetime
) -> dict[str, Rights]:
    """Return what logins and tokens permit, without those that are no longer valid.

    Args:
        tx: The transaction.
        ids: Ids of logins and tokens.
        at: The current time.
        used_after: A login that was last used before this time is no longer valid.
    """
    if not ids:
        return {}
    logins = (
        select(LoginRow.id, LoginRow.workspace_id, MemberRow.role)
        .join(MemberRow, _member_of(LoginRow))
        .where(col(LoginRow.id).in_(ids), col(LoginRow.expires_at) > at, col(LoginRow.used_at) > used_after)
    )
    tokens = (
        select(ApiTokenRow.id, ApiTokenRow.workspace_id, MemberRow.role, ApiTokenRow.scope)
        .join(MemberRow, _member_of(ApiTokenRow))
        .where(
            col(ApiTokenRow.id).in_(ids), or_(col(ApiTokenRow.expires_at).is_(None), col(ApiTokenRow.expires_at) > at)
        )
    )
    found = {
        login_id: Rights(workspace_id=workspace_id, role=Role(role))
        for login_id, workspace_id, role in await tx.session.exec(logins)
    }
    for token_id, workspace_id, role, scope in await tx.session.exec(tokens):
        found[token_id] = Rights(workspace_id=workspace_id, role=Role(role), scope=Scope(scope))
    return found


async def remove_ended(tx: Transaction, *, at: datetime, used_before: datetime) -> None:
    """Delete logins that have expired, or were last used before a time."""
    ended = or_(col(LoginRow.expires_at) <= at, col(LoginRow.used_at) <= used_before)
    await tx.session.exec(delete(LoginRow).where(ended))


async def insert_token(tx: Transaction, token: ApiToken, *, token_hash: str) -> None:
    """Store a new token."""
    await insert_rows(tx, ApiTokenRow, [{**token.model_dump(), "token_hash": token_hash}])


async def find_token(tx: Transaction, token_hash: str) -> StoredToken | None:
    """Return the token with a secret, or None if there is none or its account is not a member of the workspace."""
    statement = (
        select(ApiTokenRow, AccountRow, MemberRow.role)
        .join(AccountRow, col(AccountRow.id) == col(ApiTokenRow.user_id))
        .join(MemberRow, _member_of(ApiTokenRow))
        .where(ApiTokenRow.token_hash == token_hash)
    )
    joined = (await tx.session.exec(statement)).first()
    if joined is None:
        return None
    row, account, role = joined
    return StoredToken(token=_token(row), account=to_account(account), role=Role(role))


async def tokens_of(tx: Transaction, user_id: str, *, workspace_id: str) -> list[ApiToken]:
    """Return an account's tokens in a workspace, newest first."""
    where = (ApiTokenRow.user_id == user_id, ApiTokenRow.workspace_id == workspace_id)
    statement = select(ApiTokenRow).where(*where).order_by(col(ApiTokenRow.created_at).desc())
    return [_token(row) for row in await tx.session.exec(statement)]


async def all_tokens_of(tx: Transaction, user_id: str) -> list[ApiToken]:
    """Return an account's tokens in all workspaces, oldest first."""
    statement = select(ApiTokenRow).where(ApiTokenRow.user_id == user_id).order_by(col(ApiTokenRow.created_at))
    return [_token(row) for row in await tx.session.exec(statement)]


async def count_tokens(tx: Transaction, user_id: str) -> int:
    """Return the number of an account's tokens in all workspaces."""
    statement = select(func.count()).select_from(ApiTokenRow).where(ApiTokenRow.user_id == user_id)
    return (await tx.session.exec(statement)).one()


async def remove_all_tokens(tx: Transaction, user_id: str) -> None:
    """Delete an account's tokens in all workspaces."""
    await tx.session.exec(delete(ApiTokenRow).where(col(ApiTokenRow.user_id) == user_id))


async def get_token(tx: Transaction, token_id: str) -> ApiToken | None:
    """Return the token with an id, or None."""
    row = await tx.session.get(ApiTokenRow, token_id)
    return None if row is None else _token(row)


async def remove_token(tx: Transaction, token_id: str) -> None:
    """Delete a token."""
    await tx.session.exec(delete(ApiTokenRow).where(col(ApiTokenRow.id) == token_id))


def _member_of(row: type[LoginRow] | type[ApiTokenRow]) -> Any:
    return and_(col(MemberRow.workspace_id) == col(row.workspace_id), col(MemberRow.user_id) == col(row.user_id))


def _login(row: LoginRow) -> Login:
    return Login(
        id=row.id,
        user_id=row.user_id,
        workspace_id=row.workspace_id,
        client=row.client,
        created_at=row.created_at,
        used_at=row.used_at,
        expires_at=row.expires_at,
    )


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        user_id=row.user_id,
        workspace_id=row.workspace_id,
        name=row.name,
        scope=Scope(row.scope),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
