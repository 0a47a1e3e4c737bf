"""Seeds the database of a server before its start with long conversations and long lists of sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
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
    """Create the database of a data folder and run `fill` in one transaction.

    Runs in another thread: the event loop of the calling thread may be running.

    Args:
        folder: The data folder; made if it does not exist.
        fill: Writes the rows.
    """
    folder.mkdir(exist_ok=True)

    async def run() -> None:
        database = Database(Settings(data_dir=folder).sqlalchemy_url, publish=lambda _: None)
        await upgrade(database)
        async with database.write() as tx:
            await fill(tx)
        await database.close()

    with start_blocking_portal() as portal:
        portal.call(run)


async def add_sessions(tx: Transaction, *, count: int, days: float, agent: Agent = AGENT) -> None:
    """Add empty sessions, `Session 0` the newest, spread evenly over the last days."""
    for number in range(count):
        await _add_session(tx, agent, title=f"Session {number}", age=timedelta(days=days * number / count))


async def add_conversation(
    tx: Transaction,
    *,
    title: str,
    texts: Sequence[str],
    age: timedelta = timedelta(),
    origin: Origin | None = None,
    agent: Agent = AGENT,
) -> tuple[str, list[str]]:
    """Add a session with messages that alternate between the person and the agent.

    Args:
        tx: The transaction.
        title: The title of the session.
        texts: The messages, the person's first.
        age: How long ago the session was created.
        origin: The origin of the session; answers in a session with an origin are unread.
        agent: The agent of the session.

    Returns:
        The id of the session and the ids of the messages.
    """
    session = await _add_session(tx, agent, title=title, age=age, origin=origin)
    added: list[Message] = []
    if texts:
        await events.reserve(tx, session.id, count=len(texts))
    for seq, text in enumerate(texts, start=1):
        message = _message(session, text, before=added[-1] if added else None, number=seq)
        arrived = seq if origin and message.role == "assistant" else None
        await messages.insert(tx, session.workspace_id, message, seq=seq, arrived_seq=arrived)
        if message.role == "assistant":
            await _add_turn(tx, session, agent, question=added[-1], answer=message)
        added.append(message)
    if added:
        await sessions.update(tx, session.id, preview=added[-1].preview, preview_role=added[-1].role)
    return session.id, [message.id for message in added]


async def _add_session(
    tx: Transaction, agent: Agent, *, title: str, age: timedelta, origin: Origin | None = None
) -> ChatSession:
    at = now() - age
    session = a_session(
        id=new_id("ses"),
        workspace_id=LOCAL_OWNER.workspace_id,
        creator_id=LOCAL_OWNER.user_id,
        agent_key=agent.key,
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
    is_question = number % 2 == 1
    return a_message(
        id=new_id("msg"),
        chat_session_id=session.id,
        parent_id=before.id if before else None,
        role="user" if is_question else "assistant",
        parts=(TextPart(id="0.0", text=text),),
        task_id=new_id("trn") if is_question or before is None else before.task_id,
        author_id=LOCAL_OWNER.user_id if is_question else None,
        created_at=session.created_at,
    )


async def _add_turn(tx: Transaction, session: ChatSession, agent: Agent, *, question: Message, answer: Message) -> None:
    turn = a_turn(
        id=question.task_id,
        session_id=session.id,
        workspace_id=session.workspace_id,
        user_message_id=question.id,
        assistant_message_id=answer.id,
        agent_key=agent.key,
        model=agent.model,
        status=TurnStatus.COMPLETED,
        created_at=session.created_at,
        started_at=session.created_at,
        finished_at=session.created_at,
    )
    await turns.insert(tx, turn, agent=agent, asker_id=LOCAL_OWNER.user_id)
