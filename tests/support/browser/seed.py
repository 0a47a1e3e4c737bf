"""Fills a data folder before its server starts: conversations that are too long, and lists too full, to be typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from anyio.from_thread import start_blocking_portal

from chat_app.db import events, messages, sessions, turns
from chat_app.db.engine import Database, Transaction
from chat_app.db.migrate import upgrade
from chat_app.domain.actor import LOCAL_OWNER
from chat_app.domain.agents import Agent
from chat_app.domain.ids import new_id
from chat_app.domain.messages import Message
from chat_app.domain.parts import TextPart
from chat_app.domain.sessions import ChatSession, Origin, TitleSource
from chat_app.domain.turns import TurnStatus
from chat_app.services.runtime import now
from chat_app.settings.application import Settings
from tests.support.agents import ECHO
from tests.support.builders import a_message, a_session, a_turn

AGENT = Agent(key=ECHO, name="Echo", color="#5b6ee1", model="scripted:echo")


def seed(folder: Path, fill: Callable[[Transaction], Awaitable[None]]) -> None:
    """Run `fill` in a transaction of the folder's database, in a thread of its own: the test's has a running loop."""
    folder.mkdir(exist_ok=True)

    async def run() -> None:
        database = Database(Settings(data_dir=folder).sqlalchemy_url, publish=lambda _: None)
        await upgrade(database)
        async with database.write() as tx:
            await fill(tx)
        await database.close()

    with start_blocking_portal() as portal:
        portal.call(run)


async def add_sessions(tx: Transaction, *, count: int, days: float) -> None:
    """Add empty sessions, `Session 0` the newest, spread evenly over the days until now."""
    for number in range(count):
        await _add_session(tx, title=f"Session {number}", age=timedelta(days=days * number / count))


async def add_conversation(
    tx: Transaction, *, title: str, texts: list[str], age: timedelta = timedelta(), origin: Origin | None = None
) -> tuple[str, list[str]]:
    """Add a session in which these texts were said in turn, by the person first; return its id and the messages'.

    What was not begun by the person, which its origin tells, is unread.
    """
    session = await _add_session(tx, title=title, age=age, origin=origin)
    await events.reserve(tx, session.id, count=len(texts))
    said: list[Message] = []
    for seq, text in enumerate(texts, start=1):
        message = _message(session, text, before=said[-1] if said else None, number=seq)
        arrived = seq if origin and message.role == "assistant" else None
        await messages.insert(tx, session.workspace_id, message, seq=seq, arrived_seq=arrived)
        if message.role == "assistant":
            await _add_turn(tx, session, question=said[-1], answer=message)
        said.append(message)
    await sessions.update(tx, session.id, preview=said[-1].preview, preview_role=said[-1].role)
    return session.id, [message.id for message in said]


async def _add_session(tx: Transaction, *, title: str, age: timedelta, origin: Origin | None = None) -> ChatSession:
    at = now() - age
    session = a_session(
        id=new_id("ses"),
        workspace_id=LOCAL_OWNER.workspace_id,
        creator_id=LOCAL_OWNER.user_id,
        agent_key=AGENT.key,
        title=title,
        title_source=TitleSource.PERSON,
        origin=origin,
        created_at=at,
        updated_at=at,
        last_activity_at=at,
    )
    await sessions.insert(tx, session)
    return session


def _message(session: ChatSession, text: str, *, before: Message | None, number: int) -> Message:
    asks = number % 2 == 1
    return a_message(
        id=new_id("msg"),
        chat_session_id=session.id,
        parent_id=before.id if before else None,
        role="user" if asks else "assistant",
        parts=(TextPart(id="0.0", text=text),),
        task_id=new_id("trn") if asks or before is None else before.task_id,
        author_id=LOCAL_OWNER.user_id if asks else None,
        created_at=session.created_at,
    )


async def _add_turn(tx: Transaction, session: ChatSession, *, question: Message, answer: Message) -> None:
    turn = a_turn(
        id=question.task_id,
        session_id=session.id,
        workspace_id=session.workspace_id,
        user_message_id=question.id,
        assistant_message_id=answer.id,
        agent_key=AGENT.key,
        model=AGENT.model,
        status=TurnStatus.COMPLETED,
        created_at=session.created_at,
        started_at=session.created_at,
        finished_at=session.created_at,
    )
    await turns.insert(tx, turn, agent=AGENT)
