"""Counts what people and workspaces use: running turns, sessions, workspaces, tokens and characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, case, func
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.tables import ChatMessageRow, ChatSessionRow, MemberRow, TurnRow
from chat_app.db.turns import AT_WORK
from chat_app.domain.actor import Role

# Rendered as literals: a partial index is used only when the statement repeats its condition.
_AT_WORK: BindParameter[Any] = bindparam(
    "at_work", [status.value for status in AT_WORK], expanding=True, literal_execute=True
)


class RunningTurns(NamedTuple):
    """Numbers of running turns."""

    of_user: int
    """Turns that answer the person, in any workspace."""
    of_workspace: int


async def running_turns(tx: Transaction, workspace_id: str, user_id: str) -> RunningTurns:
    """Return the numbers of running turns of a person and of a workspace."""
    statement = (
        select(
            func.coalesce(func.sum(case((col(ChatMessageRow.author_id) == user_id, 1), else_=0)), 0),
            func.coalesce(func.sum(case((col(TurnRow.workspace_id) == workspace_id, 1), else_=0)), 0),
        )
        .select_from(TurnRow)
        .join(ChatMessageRow, col(ChatMessageRow.id) == col(TurnRow.user_message_id))
        .where(col(TurnRow.status).in_(_AT_WORK))
    )
    of_user, of_workspace = (await tx.session.exec(statement)).one()
    return RunningTurns(of_user, of_workspace)


async def sessions_of(tx: Transaction, user_id: str) -> int:
    """Return the number of sessions that a person created."""
    statement = select(func.count()).select_from(ChatSessionRow).where(ChatSessionRow.creator_id == user_id)
    return (await tx.session.exec(statement)).one()


async def sessions_in(tx: Transaction, workspace_id: str) -> int:
    """Return the number of sessions in a workspace."""
    statement = select(func.count()).select_from(ChatSessionRow).where(ChatSessionRow.workspace_id == workspace_id)
    return (await tx.session.exec(statement)).one()


async def workspaces_of(tx: Transaction, user_id: str) -> int:
    """Return the number of workspaces that a person owns."""
    where = (MemberRow.user_id == user_id, MemberRow.role == Role.OWNER)
    return (await tx.session.exec(select(func.count()).select_from(MemberRow).where(*where))).one()


async def tokens_since(tx: Transaction, moment: datetime) -> dict[str, int]:
    """Return the tokens of turns created since a moment, by workspace id and by user id.

    Args:
        tx: The transaction. The query reads all of these turns.
        moment: The start. Turns are selected by their ids, which begin with the creation time.
    """
    tokens = col(TurnRow.usage)["input_tokens"].as_integer() + col(TurnRow.usage)["output_tokens"].as_integer()
    statement = (
        select(TurnRow.workspace_id, ChatMessageRow.author_id, func.sum(tokens))
        .join(ChatMessageRow, col(ChatMessageRow.id) == col(TurnRow.user_message_id))
        .where(col(TurnRow.id) >= f"trn_{int(moment.timestamp() * 1000):012x}")
        .group_by(col(TurnRow.workspace_id), col(ChatMessageRow.author_id))
    )
    return _sums_by_owner(await tx.session.exec(statement))


async def characters(tx: Transaction) -> dict[str, int]:
    """Return the characters of all messages, by workspace id and by author's user id. The query reads every message."""
    statement = select(
        ChatMessageRow.workspace_id, ChatMessageRow.author_id, func.sum(func.length(ChatMessageRow.content))
    ).group_by(col(ChatMessageRow.workspace_id), col(ChatMessageRow.author_id))
    return _sums_by_owner(await tx.session.exec(statement))


def _sums_by_owner(rows: Iterable[tuple[str, str | None, int | None]]) -> dict[str, int]:
    """Return sums by workspace id and by author's user id. Rows without an author count for their workspace only."""
    totals: Counter[str] = Counter()
    for workspace_id, author_id, number in rows:
        totals[workspace_id] += number or 0
        if author_id is not None:
            totals[author_id] += number or 0
    return dict(totals)
