"""Checks whether the database answers."""

from __future__ import annotations

from sqlalchemy import literal
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from chat_app.db.engine import Transaction


async def answers(tx: Transaction) -> bool:
    """Whether a trivial query succeeds."""
    try:
        await tx.session.exec(select(literal(1)))
    except SQLAlchemyError:
        return False
    return True
