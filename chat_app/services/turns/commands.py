"""What a person does with turns: send a message, stop the answer, try again."""

from __future__ import annotations

from dataclasses import dataclass

from chat_app.db import messages, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.agents import Agent
from chat_app.domain.errors import Conflict, Invalid, NotFound, TooMany
from chat_app.domain.ids import check_client_id
from chat_app.domain.mentions import mentions
from chat_app.domain.messages import MESSAGE_TEXT_LIMIT, Message
from chat_app.domain.sessions import ChatSession, Visibility
from chat_app.domain.text import check_text
from chat_app.domain.turns import Turn, TurnStatus
from chat_app.services import access
from chat_app.services.limits.checks import check_running_turns, check_send
from chat_app.services.runtime import current, now
from chat_app.services.turns.lifecycle import claim_next, claimed, end_turn, parts_of_open
from chat_app.services.turns.model_choice import resolve_model
from chat_app.services.turns.storage import new_message, new_turn, store_exchange, store_retry, store_unanswered_message


@dataclass(frozen=True, kw_only=True)
class SentMessage:
    """A message that is on the disk, and the turn that answers it; None for what people say to each other."""

    message: Message
    turn: Turn | None


async def send_message(
    actor: Actor, session_id: str, *, text: str, request_id: str | None = None, model: str | None = None
) -> SentMessage:
    """Store a message and ask the session's agent for an answer; in a group only one that mentions the agent does.

    Sending again with the same request id returns what the first sending returned: a retry never says a thing twice.

    Args:
        actor: Who sends it.
        session_id: The session.
        text: Markdown, up to `MESSAGE_TEXT_LIMIT` characters.
        request_id: Made by the client once for each thing that a person sends.
        model: The model id of one of the agents, for this turn; None is what the actor prefers, or the agent's own.

    Raises:
        NotFound: There is no such session for the actor.
        Forbidden: The actor may only read, here or what this agent says.
        Invalid: The text is empty, too long, or can't be stored, or no agent has the model.
        Conflict: The request id was used for another message, too many turns wait, or there is no room.
        TooMany: A limit says that it is too early. What was sent before under this request id is not refused.
    """
    runtime = current()
    text = check_message_text(text)
    if request_id is not None:
        check_client_id(request_id, field="request_id")
    await _admit(actor, session_id, text, request_id)
    async with runtime.db.write() as tx:
        session = await access.require_askable(tx, actor, session_id)
        if request_id is not None and (earlier := await messages.by_request(tx, session_id, request_id)):
            return await _sent_before(tx, actor, earlier, text)
        parent_id = await messages.newest_id(tx, session_id)
        message = new_message(actor, session, text=text, parent_id=parent_id, request_id=request_id)
        if session.visibility == Visibility.GROUP and not mentions(text, session.agent_key):
            await store_unanswered_message(tx, session, message, keep_events=runtime.settings.max_session_events)
            sent = SentMessage(message=message, turn=None)
        else:
            sent = await _ask(tx, actor, session, message, model=model)
    runtime.people.stop_typing(session_id, actor.user_id)
    if sent.turn is not None and sent.turn.status == TurnStatus.RUNNING:
        await runtime.runner.start(sent.turn.id)
    return sent


async def _ask(
    tx: Transaction, actor: Actor, session: ChatSession, message: Message, *, model: str | None
) -> SentMessage:
    """Store a message with the turn that answers it, which runs at once when no other does."""
    agent = await resolve_model(tx, actor, session, _agent_of(session), model)
    waiting = await turns.unfinished(tx, session.id)
    if len(waiting) > current().settings.max_queued_turns:
        raise Conflict(
            f"{len(waiting)} messages wait for an answer already. Send this one when some have been answered.",
            code="too_many_queued",
        )
    turn = new_turn(message, agent)
    if not waiting:
        await check_running_turns(tx, actor)
        turn = claimed(turn, at=message.created_at)
    question = message.model_copy(update={"task_id": turn.id})
    await store_exchange(tx, session, question, turn, agent)
    return SentMessage(message=question, turn=turn)


async def _admit(actor: Actor, session_id: str, text: str, request_id: str | None) -> None:
    """Hold a send against the limits, before it keeps anybody from writing; a repeat is always let through.

    Whoever repeats a send may not know that it arrived, and must be able to learn it.
    """
    try:
        await check_send(actor, length=len(text))
    except (TooMany, Conflict):
        if request_id is None:
            raise
        async with current().db.read() as tx:
            await access.require_askable(tx, actor, session_id)
            if await messages.by_request(tx, session_id, request_id) is None:
                raise


def check_message_text(text: str) -> str:
    """Return a message's text unchanged.

    Raises:
        Invalid: It is empty, too long, or can't be stored.
    """
    check_text(text, field="content")
    if not text.strip():
        raise Invalid("A message needs some text.", code="empty_message")
    if len(text) > MESSAGE_TEXT_LIMIT:
        raise Invalid(
            f"A message has at most {MESSAGE_TEXT_LIMIT:,} characters; this one has {len(text):,}.",
            code="message_too_long",
            details={"limit": MESSAGE_TEXT_LIMIT},
        )
    return text


async def _sent_before(tx: Transaction, actor: Actor, message: Message, text: str) -> SentMessage:
    if (message.author_id, message.content) != (actor.user_id, text):
        raise Conflict(
            "This request id was used for another message. Make a new one for each message.", code="request_id_reused"
        )
    if message.task_id is None:
        return SentMessage(message=message, turn=None)
    found = await turns.get(tx, message.task_id)
    assert found is not None, "a message and its turn are stored in one transaction"
    return SentMessage(message=message, turn=found[0])


def _agent_of(session: ChatSession) -> Agent:
    agent = current().agents.find(session.agent_key)
    if agent is None:
        raise Conflict(
            f"The agent '{session.agent_key}' is no longer there. Put it back into the agents file to go on.",
            code="agent_gone",
        )
    return agent


async def stop_turn(actor: Actor, session_id: str) -> Turn | None:
    """Stop the session's running turn; what was seen of its answer stays. None when nothing runs.

    Raises:
        NotFound: There is no such session for the actor.
        Forbidden: The actor may only read.
    """
    runtime = current()
    async with runtime.db.write() as tx:
        session = await access.require_writable(tx, actor, session_id)
        running = [turn for turn in await turns.unfinished(tx, session_id) if turn.status != TurnStatus.QUEUED]
        if not running:
            return None
        live = runtime.live.get(running[0].id)
        seen = live.close() if live is not None else await turns.open_parts(tx, [running[0].id])
        stopped = running[0].model_copy(update={"status": TurnStatus.CANCELLED, "finished_at": now()})
        # The commit fences the writer; only then is it interrupted.
        following = await end_turn(
            tx,
            session.workspace_id,
            stopped,
            last_parts=parts_of_open(seen),
            keep_events=runtime.settings.max_session_events,
        )
    if live is not None:
        live.stop()
    if following is not None:
        await runtime.runner.start(following)
    return stopped


async def retry_turn(actor: Actor, session_id: str, turn_id: str, *, model: str | None = None) -> Turn:
    """Ask for another answer to the question of a turn that has ended; the first answer stays.

    Args:
        actor: Who asks.
        session_id: The session.
        turn_id: The turn to try again; asking twice while the new one is unfinished returns that one.
        model: The model id of one of the agents; None is what the actor prefers, or the model of the session's own.

    Raises:
        NotFound: There is no such turn for the actor.
        Forbidden: The actor may only read, here or what this agent says.
        Invalid: No agent has this model.
        Conflict: The turn has not ended, or there is no room.
        TooMany: A limit says that it is too early.
    """
    runtime = current()
    await check_send(actor)
    async with runtime.db.write() as tx:
        session = await access.require_askable(tx, actor, session_id)
        found = await turns.get(tx, turn_id)
        if found is None or found[0].session_id != session_id:
            raise NotFound("There is no such turn in this session.", code="turn_not_found")
        if not found[0].status.ended:
            raise Conflict("This turn has not ended yet.", code="turn_running")
        question = await messages.get(tx, found[0].user_message_id)
        assert question is not None, "a turn and its question are stored in one transaction"
        unfinished = await turns.unfinished(tx, session_id)
        for waiting in unfinished:
            if waiting.user_message_id == question.id:
                return waiting
        if not unfinished:
            await check_running_turns(tx, actor)
        agent = await resolve_model(tx, actor, session, _agent_of(session), model)
        turn = new_turn(question, agent)
        await store_retry(tx, session, turn, agent)
        starting = await claim_next(tx, session.workspace_id, session_id)
    if starting is not None:
        await runtime.runner.start(starting)
    return turn


async def running_turn(actor: Actor, session_id: str) -> Turn | None:
    """Return the session's turn that is at work, or None.

    Raises:
        NotFound: There is no such session for the actor.
    """
    async with current().db.read() as tx:
        await access.require_readable(tx, actor, session_id)
        unfinished = await turns.unfinished(tx, session_id)
    return next((turn for turn in unfinished if turn.status != TurnStatus.QUEUED), None)


async def claim_unfinished() -> list[str]:
    """Return the turns that an earlier process left unfinished and that must run next; called once at start-up.

    A running turn is one that was claimed: its workflow exists, or its process ended between the commit and the start.
    Sessions whose turns are all queued claim their next one.
    """
    runtime = current()
    starting: list[str] = []
    async with runtime.db.write() as tx:
        seen: set[str] = set()
        for turn in await turns.all_unfinished(tx):
            if turn.status == TurnStatus.RUNNING:
                starting.append(turn.id)
            elif turn.session_id not in seen:
                found = await turns.get(tx, turn.id)
                claimed = await claim_next(tx, found[1] if found else "", turn.session_id)
                if claimed is not None:
                    starting.append(claimed)
            seen.add(turn.session_id)
    return starting
