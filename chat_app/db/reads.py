"""Stores read cursors: how far each person has read each session."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from chat_app.db.engine import Transaction
from chat_app.db.rows import upsert_rows
from chat_app.db.tables import ReadCursorRow


async def get_all(tx: Transaction, session_id: str) -> dict[str, int]:
    """Return the seq up to which each person has read a session, by user id."""
    statement = select(ReadCursorRow.user_id, ReadCursorRow.read_seq).where(ReadCursorRow.session_id == session_id)
    return dict((await tx.session.exec(statement)).all())


async def save(
    tx: Transaction, workspace_id: str, session_id: str, user_id: str, *, read_seq: int, at: datetime
) -> None:
    """Store the seq up to which a person has read a session."""
    row = {
        "session_id": session_id,
        "user_id": user_id,
        "workspace_id": workspace_id,
        "read_seq": read_seq,
        "read_at": at,
    }
    await upsert_rows(tx, ReadCursorRow, [row])
