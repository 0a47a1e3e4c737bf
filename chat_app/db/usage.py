"""What people and workspaces use: running turns, sessions, tokens, characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, func
from sqlmodel import col, select

from chat_app.db.engine import Transaction
from chat_app.db.tables import ChatMessageRow, ChatSessionRow, TurnRow
from chat_app.db.turns import AT_WORK

# Written into the statement: a partial index is found by the words of its condition.
_AT_WORK: BindParameter[Any] = bindparam(
    "at_work", [status.value for status in AT_WORK], expanding=True, literal_execute=True
)


async def running_turns(tx: Transaction, workspace_id: str, user_id: str) -> tuple[int, int]:
    """Return how many turns are at work: for what the person said anywhere, and in the workspace."""
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
    return of_user, of_workspace


async def sessions_of(tx: Transaction, user_id: str) -> int:
    """Return how many sessions a person has made."""
    statement = select(func.count()).select_from(ChatSessionRow).where(ChatSessionRow.creator_id == user_id)
    return (await tx.session.exec(statement)).one()


async def sessions_in(tx: Transaction, workspace_id: str) -> int:
    """Return how many sessions a workspace has."""
    statement = select(func.count()).select_from(ChatSessionRow).where(ChatSessionRow.workspace_id == workspace_id)
    return (await tx.session.exec(statement)).one()


async def tokens_since(tx: Transaction, moment: datetime) -> dict[str, int]:
    """Return the tokens of the turns that were asked for since a moment, by workspace and by person.

    Args:
        tx: The transaction; all of these turns are looked at.
        moment: Ids of turns start with the time at which they were made, so that they are found by it.
    """
    tokens = col(TurnRow.usage)["input_tokens"].as_integer() + col(TurnRow.usage)["output_tokens"].as_integer()
    statement = (
        select(TurnRow.workspace_id, ChatMessageRow.author_id, func.sum(tokens))
        .join(ChatMessageRow, col(ChatMessageRow.id) == col(TurnRow.user_message_id))
        .where(col(TurnRow.id) >= f"trn_{int(moment.timestamp() * 1000):012x}")
        .group_by(col(TurnRow.workspace_id), col(ChatMessageRow.author_id))
    )
    return _by_both(await tx.session.exec(statement))


async def characters(tx: Transaction) -> dict[str, int]:
    """Return the characters of messages, by workspace and by the person who wrote them; all messages are looked at."""
    statement = select(
        ChatMessageRow.workspace_id, ChatMessageRow.author_id, func.sum(func.length(ChatMessageRow.content))
    ).group_by(col(ChatMessageRow.workspace_id), col(ChatMessageRow.author_id))
    return _by_both(await tx.session.exec(statement))


def _by_both(rows: Iterable[tuple[str, str | None, int | None]]) -> dict[str, int]:
    """Return the sums of numbers by workspace and by author; what has no author is the workspace's alone."""
    totals: Counter[str] = Counter()
    for workspace_id, author_id, number in rows:
        totals[workspace_id] += number or 0
        if author_id is not None:
            totals[author_id] += number or 0
    return dict(totals)
