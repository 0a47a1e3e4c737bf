"""Stores new messages with the turns that answer them, and the events and session fields that change with them."""

from __future__ import annotations

from chat_app.db import events, messages, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.agents import Agent
from chat_app.domain.events import DurableData, MessageCreated, SessionRenamed, SessionRestored, TurnQueued
from chat_app.domain.messages import Message, empty_answer
from chat_app.domain.sessions import ChatSession, SessionStatus, TitleSource, first_words
from chat_app.domain.turn_events import started_event
from chat_app.domain.turns import Turn, TurnStatus


async def store_exchange(
    tx: Transaction, session: ChatSession, question: Message, turn: Turn, agent: Agent, *, asker_id: str
) -> None:
    """Store a message of a person with its turn and its empty answer."""
    answer = empty_answer(turn)
    data: list[DurableData] = [
        MessageCreated(message=question),
        MessageCreated(message=answer),
        TurnQueued(turn=turn.unclaimed()),
    ]
    if turn.status == TurnStatus.RUNNING:
        data.append(started_event(turn))
    seq = await _store_user_message(tx, session, question, data, turn_id=turn.id)
    await messages.insert(tx, session.workspace_id, answer, seq=seq + 1, arrived_seq=None)
    await turns.insert(tx, turn, agent=agent, asker_id=asker_id)


async def store_unanswered_message(
    tx: Transaction, session: ChatSession, message: Message, *, keep_events: int
) -> None:
    """Store a message of a person that starts no turn."""
    await _store_user_message(tx, session, message, [MessageCreated(message=message)], turn_id=None)
    # Where there is a turn, its end prunes the events.
    await events.prune(tx, session.id, keep=keep_events)


async def _store_user_message(
    tx: Transaction, session: ChatSession, message: Message, data: list[DurableData], *, turn_id: str | None
) -> int:
    """Store a message of a person, what it changes of its session, and the events. Return the message's seq."""
    changes: dict[str, object] = {
        "last_activity_at": message.created_at,
        "preview": message.preview,
        "preview_role": "user",
    }
    if session.title_source == TitleSource.NONE:
        title = first_words(message.content)
        changes |= {"title": title, "title_source": TitleSource.WORDS, "updated_at": message.created_at}
        data.append(SessionRenamed(title=title, title_source=TitleSource.WORDS))
    if session.status != SessionStatus.ACTIVE:
        changes |= {"status": SessionStatus.ACTIVE, "updated_at": message.created_at}
        data.append(SessionRestored())
    seq = await events.reserve(tx, session.id, count=len(data))
    await messages.insert(tx, session.workspace_id, message, seq=seq, arrived_seq=seq)
    await sessions.update(tx, session.id, **changes)
    await events.append(
        tx, session.workspace_id, session.id, data, at=message.created_at, turn_id=turn_id, first_seq=seq
    )
    return seq


async def store_retry(tx: Transaction, session: ChatSession, turn: Turn, agent: Agent, *, asker_id: str) -> None:
    """Store another turn for a message, with its empty answer."""
    answer = empty_answer(turn)
    data: list[DurableData] = [MessageCreated(message=answer), TurnQueued(turn=turn)]
    seq = await events.reserve(tx, session.id, count=len(data))
    await messages.insert(tx, session.workspace_id, answer, seq=seq, arrived_seq=None)
    await turns.insert(tx, turn, agent=agent, asker_id=asker_id)
    await sessions.update(tx, session.id, last_activity_at=turn.created_at)
    await events.append(tx, session.workspace_id, session.id, data, at=turn.created_at, turn_id=turn.id, first_seq=seq)
