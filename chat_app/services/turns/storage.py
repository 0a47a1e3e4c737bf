"""What is stored when a person says something: the message, and the answer and the turn that it asks for."""

from __future__ import annotations

from chat_app.db import events, messages, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.agents import Agent
from chat_app.domain.events import DurableData, MessageCreated, SessionRenamed, SessionRestored, TurnQueued
from chat_app.domain.ids import new_id
from chat_app.domain.messages import Message
from chat_app.domain.parts import TextPart
from chat_app.domain.sessions import FIRST_WORDS_LENGTH, ChatSession, SessionStatus, TitleSource
from chat_app.domain.turns import Turn, TurnStatus, Usage
from chat_app.services.runtime import now
from chat_app.services.turns.lifecycle import preview_of, started, unclaimed


def new_message(
    actor: Actor, session: ChatSession, *, text: str, parent_id: str | None, request_id: str | None
) -> Message:
    """Return a message of the actor's that asks for no answer yet."""
    return Message(
        id=new_id("msg"),
        chat_session_id=session.id,
        parent_id=parent_id,
        role="user",
        kind="plain",
        parts=(TextPart(id="0.0", text=text),),
        task_id=None,
        author_id=actor.user_id,
        author_name=actor.name,
        request_id=request_id,
        created_at=now(),
    )


def new_turn(question: Message, agent: Agent) -> Turn:
    """Return a turn in which the agent is to answer the question."""
    return Turn(
        id=new_id("trn"),
        session_id=question.chat_session_id,
        user_message_id=question.id,
        assistant_message_id=new_id("msg"),
        agent_key=agent.key,
        model=agent.model,
        status=TurnStatus.QUEUED,
        attempt=0,
        resumed_at=None,
        delay=None,
        usage=Usage(),
        error_code=None,
        created_at=now(),
        started_at=None,
        finished_at=None,
    )


async def store_exchange(tx: Transaction, session: ChatSession, question: Message, turn: Turn, agent: Agent) -> None:
    """Store a question with its empty answer and the turn that is to fill it."""
    answer = _empty_answer(turn)
    data: list[DurableData] = [
        MessageCreated(message=question),
        MessageCreated(message=answer),
        TurnQueued(turn=unclaimed(turn)),
    ]
    if turn.status == TurnStatus.RUNNING:
        data.append(started(turn))
    seq = await _store_said(tx, session, question, data, turn_id=turn.id)
    await messages.insert(tx, session.workspace_id, answer, seq=seq + 1, arrived_seq=None)
    await turns.insert(tx, session.workspace_id, turn, agent=agent)


async def store_unanswered_message(
    tx: Transaction, session: ChatSession, message: Message, *, keep_events: int
) -> None:
    """Store a message that people say to each other, which asks for no answer."""
    await _store_said(tx, session, message, [MessageCreated(message=message)], turn_id=None)
    # Elsewhere the end of a turn does it.
    await events.prune(tx, session.id, keep=keep_events)


async def _store_said(
    tx: Transaction, session: ChatSession, message: Message, data: list[DurableData], *, turn_id: str | None
) -> int:
    """Store a person's message, what it changes of its session, and the events; return the message's seq."""
    changes: dict[str, object] = {
        "last_activity_at": message.created_at,
        "preview": preview_of(message.parts),
        "preview_role": "user",
    }
    if session.title_source == TitleSource.NONE:
        words = first_words(message.content)
        changes |= {"title": words, "title_source": TitleSource.WORDS, "updated_at": message.created_at}
        data.append(SessionRenamed(title=words, title_source=TitleSource.WORDS))
    if session.status != SessionStatus.ACTIVE:
        changes |= {"status": SessionStatus.ACTIVE, "updated_at": message.created_at}
        data.append(SessionRestored())
    seq = await events.reserve(tx, session.id, count=len(data))
    await messages.insert(tx, session.workspace_id, message, seq=seq, arrived_seq=seq)
    await sessions.change(tx, session.id, **changes)
    await events.append(
        tx, session.workspace_id, session.id, data, at=message.created_at, turn_id=turn_id, first_seq=seq
    )
    return seq


async def store_retry(tx: Transaction, session: ChatSession, turn: Turn, agent: Agent) -> None:
    """Store another turn for a question, with its empty answer."""
    answer = _empty_answer(turn)
    data: list[DurableData] = [MessageCreated(message=answer), TurnQueued(turn=turn)]
    seq = await events.reserve(tx, session.id, count=len(data))
    await messages.insert(tx, session.workspace_id, answer, seq=seq, arrived_seq=None)
    await turns.insert(tx, session.workspace_id, turn, agent=agent)
    await sessions.change(tx, session.id, last_activity_at=turn.created_at)
    await events.append(tx, session.workspace_id, session.id, data, at=turn.created_at, turn_id=turn.id, first_seq=seq)


def _empty_answer(turn: Turn) -> Message:
    return Message(
        id=turn.assistant_message_id,
        chat_session_id=turn.session_id,
        parent_id=turn.user_message_id,
        role="assistant",
        kind="plain",
        parts=(),
        task_id=turn.id,
        author_id=None,
        request_id=None,
        created_at=turn.created_at,
    )


def first_words(text: str) -> str:
    """Return the first words of a message as a title until there is a better one."""
    words = " ".join(text[: FIRST_WORDS_LENGTH * 4].split())
    if len(words) <= FIRST_WORDS_LENGTH:
        return words
    return words[:FIRST_WORDS_LENGTH].rsplit(" ", 1)[0] + "…"
