"""What people do with turns: send a message, stop an answer, try again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat_app.db import messages, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Conflict, NotFound, TooMany
from chat_app.domain.ids import check_client_id
from chat_app.domain.messages import Message, asks_agent, check_message_parts, user_message
from chat_app.domain.parts import Part, text_of
from chat_app.domain.sessions import ChatSession
from chat_app.domain.turns import Turn, TurnStatus, new_turn
from chat_app.services import access
from chat_app.services.limits.checks import check_running_turns, check_send
from chat_app.services.runtime import current, now
from chat_app.services.turns.lifecycle import cancel, claim_next
from chat_app.services.turns.model_choice import resolve_model
from chat_app.services.turns.storage import store_exchange, store_retry, store_unanswered_message


@dataclass(frozen=True, kw_only=True)
class SentMessage:
    """A stored message and the turn that answers it; `turn` is None when no agent was asked."""

    message: Message
    turn: Turn | None


async def send_message(
    actor: Actor, session_id: str, *, parts: Sequence[Part], request_id: str | None = None, model: str | None = None
) -> SentMessage:
    """Store a message and start a turn to answer it. In a group only a message that mentions the agent is answered.

    Sending again with the same request id returns the first result, so a retry never stores a message twice.

    Args:
        actor: The author.
        session_id: The session.
        parts: The content: text parts with up to `MESSAGE_TEXT_LIMIT` characters of Markdown in total. Their ids are
            ignored.
        request_id: The client's id of this message.
        model: The model of an agent, for this answer only; None uses the actor's preference or the agent's own model.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read in this workspace, or may not write to this agent.
        Invalid: The content is empty, too long or not text, or no agent has the model.
        Conflict: The request id was used for another message, too many turns are queued, or a storage limit is
            reached.
        TooMany: A rate limit is reached. A message that was already stored under this request id is still returned.
    """
    runtime = current()
    parts = check_message_parts(parts)
    if request_id is not None:
        check_client_id(request_id, field="request_id")
    await _check_limits(actor, session_id, parts, request_id)
    async with runtime.db.write() as tx:
        session = await access.require_askable(tx, actor, session_id)
        if request_id is not None and (stored := await messages.by_request(tx, session_id, request_id)):
            return await _result_of_repeat(tx, actor, stored, parts)
        message = user_message(
            actor,
            session,
            parts=parts,
            parent_id=await messages.newest_id(tx, session_id),
            request_id=request_id,
            at=now(),
        )
        if asks_agent(session, message):
            sent = await _store_question(tx, actor, session, message, model=model)
        else:
            await store_unanswered_message(tx, session, message, keep_events=runtime.settings.max_session_events)
            sent = SentMessage(message=message, turn=None)
    runtime.presence.stop_typing(session_id, actor.user_id)
    if sent.turn is not None and sent.turn.status == TurnStatus.RUNNING:
        await runtime.runner.start(sent.turn.id)
    return sent


async def _store_question(
    tx: Transaction, actor: Actor, session: ChatSession, message: Message, *, model: str | None
) -> SentMessage:
    """Store a message with a turn, which is claimed at once when no other turn is unfinished."""
    agent = await resolve_model(tx, actor, session, _agent_of(session), model)
    unfinished = await turns.unfinished(tx, session.id)
    if len(unfinished) > current().settings.max_queued_turns:
        raise Conflict(
            f"{len(unfinished)} messages are already waiting for an answer. Wait until some of them are answered.",
            code="too_many_queued",
        )
    turn = new_turn(session, agent, question_id=message.id, at=message.created_at)
    if not unfinished:
        await check_running_turns(tx, actor)
        turn = turn.claimed(at=message.created_at)
    question = message.model_copy(update={"task_id": turn.id})
    await store_exchange(tx, session, question, turn, agent, asker_id=actor.user_id)
    return SentMessage(message=question, turn=turn)


async def _check_limits(actor: Actor, session_id: str, parts: Sequence[Part], request_id: str | None) -> None:
    """Check the limits on sending before the write lock is taken. The repeat of a stored message always passes.

    The client may not know that the message was stored, and learns it from the repeat.
    """
    try:
        await check_send(actor, length=len(text_of(parts)))
    except (TooMany, Conflict):
        if request_id is None:
            raise
        async with current().db.read() as tx:
            await access.require_askable(tx, actor, session_id)
            if await messages.by_request(tx, session_id, request_id) is None:
                raise


async def _result_of_repeat(tx: Transaction, actor: Actor, stored: Message, parts: Sequence[Part]) -> SentMessage:
    """Return the result of the first sending.

    Raises:
        Conflict: The request id belongs to another message.
    """
    if (stored.author_id, stored.parts) != (actor.user_id, tuple(parts)):
        raise Conflict(
            "This request id was already used for another message. Use a new one for each message.",
            code="request_id_reused",
        )
    turn = await turns.get(tx, stored.task_id) if stored.task_id is not None else None
    return SentMessage(message=stored, turn=turn)


def _agent_of(session: ChatSession) -> Agent:
    agent = current().agents.find(session.agent_key)
    if agent is None:
        raise Conflict(
            f"The agent '{session.agent_key}' no longer exists. Add it to the agents file again to continue.",
            code="agent_gone",
        )
    return agent


async def stop_turn(actor: Actor, session_id: str) -> Turn | None:
    """Stop the session's running turn and keep the text that was written so far.

    Returns:
        The stopped turn, or None when no turn is running.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Forbidden: The actor may only read.
    """
    async with current().db.write() as tx:
        await access.require_writable(tx, actor, session_id)
        running = await _running_turn(tx, session_id)
        if running is None:
            return None
        stopped = await cancel(tx, running)
    await stopped.finish()
    return stopped.turn


async def retry_turn(actor: Actor, session_id: str, turn_id: str, *, model: str | None = None) -> Turn:
    """Start another turn for the message of a turn that has ended. The first answer stays.

    Args:
        actor: Who asks.
        session_id: The session.
        turn_id: The turn to repeat. When its message has an unfinished turn already, that one is returned.
        model: The model of an agent; None uses the actor's preference or the agent's own model.

    Raises:
        NotFound: The turn does not exist, or the actor may not see its session.
        Forbidden: The actor may only read in this workspace, or may not write to this agent.
        Invalid: No agent has this model.
        Conflict: The turn has not ended, or a storage limit is reached.
        TooMany: A rate limit is reached.
    """
    runtime = current()
    await check_send(actor)
    async with runtime.db.write() as tx:
        session = await access.require_askable(tx, actor, session_id)
        ended = await turns.get(tx, turn_id)
        if ended is None or ended.session_id != session_id:
            raise NotFound("This answer doesn't exist in this session.", code="turn_not_found")
        if not ended.status.ended:
            raise Conflict("This answer is still being written.", code="turn_running")
        unfinished = await turns.unfinished(tx, session_id)
        for turn in unfinished:
            if turn.user_message_id == ended.user_message_id:
                return turn
        if not unfinished:
            await check_running_turns(tx, actor)
        agent = await resolve_model(tx, actor, session, _agent_of(session), model)
        turn = new_turn(session, agent, question_id=ended.user_message_id, at=now())
        await store_retry(tx, session, turn, agent, asker_id=actor.user_id)
        next_id = await claim_next(tx, session_id)
    if next_id is not None:
        await runtime.runner.start(next_id)
    return turn


async def running_turn(actor: Actor, session_id: str) -> Turn | None:
    """Return the session's running turn, or None.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    async with current().db.read() as tx:
        await access.require_readable(tx, actor, session_id)
        return await _running_turn(tx, session_id)


async def _running_turn(tx: Transaction, session_id: str) -> Turn | None:
    unfinished = await turns.unfinished(tx, session_id)
    return next((turn for turn in unfinished if turn.status != TurnStatus.QUEUED), None)
