"""What a person reads of sessions: lists of them, windows of their messages, and how much is unread."""

from __future__ import annotations

from dataclasses import dataclass

from chat_app.db import messages, participants, reads, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.errors import Invalid, NotFound
from chat_app.domain.messages import Message
from chat_app.domain.sessions import ChatSession, Participant, SessionFilter, SessionSummary, Visibility
from chat_app.domain.transcript import Transcript
from chat_app.domain.turns import OpenPart
from chat_app.services import access
from chat_app.services.runtime import current

MESSAGE_GONE = "There is no such message in this session."
SESSION_GONE = "There is no such session. It may have been deleted."


@dataclass(frozen=True, kw_only=True)
class OpenedSession:
    """A session with a window of its messages, and whether there are messages on either side of it."""

    transcript: Transcript
    has_older: bool
    has_newer: bool = False


async def list_sessions(
    actor: Actor, *, where: SessionFilter | None = None, cursor: str | None = None, limit: int | None = None
) -> tuple[list[SessionSummary], str | None]:
    """Return one page of the actor's sessions, newest activity first, and the cursor of the next page.

    Raises:
        Invalid: The cursor is none that a list gave out, or the limit is out of range.
    """
    runtime = current()
    async with runtime.db.read() as tx:
        return await sessions.list_page(
            tx,
            access.readable_sessions(actor),
            actor.user_id,
            where or SessionFilter(),
            cursor=cursor,
            limit=page_limit(limit),
        )


async def session_summary(actor: Actor, session_id: str) -> SessionSummary:
    """Return one session as the list shows it.

    Raises:
        NotFound: There is no such session for the actor.
    """
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        found = await sessions.summary(tx, session.id, actor.user_id)
    if found is None:
        raise NotFound(SESSION_GONE, code="session_not_found")
    return found


async def count_unread(actor: Actor) -> int:
    """Return how many sessions hold something that the actor has not read."""
    async with current().db.scan() as tx:
        return await sessions.unread_total(tx, access.readable_sessions(actor), actor.user_id)


async def most_recent_session(actor: Actor, *, agent_key: str | None = None) -> str | None:
    """Return the id of the actor's newest session, with one agent when it is named."""
    async with current().db.read() as tx:
        return await sessions.most_recent(tx, access.readable_sessions(actor), agent_key=agent_key)


async def open_session(actor: Actor, session_id: str, *, limit: int | None = None) -> OpenedSession:
    """Return a session with its newest messages.

    Args:
        actor: Who opens it.
        session_id: The session.
        limit: Most messages.

    Raises:
        NotFound: There is no such session for the actor.
        Invalid: The limit is out of range.
    """
    most = page_limit(limit)
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        page, has_older = await messages.page(tx, session_id, before=None, limit=most)
        return OpenedSession(transcript=await _window(tx, session, page), has_older=has_older)


async def open_session_at(actor: Actor, session_id: str, *, message_id: str, limit: int | None = None) -> OpenedSession:
    """Return a session with the messages around one of them.

    Args:
        actor: Who opens it.
        session_id: The session.
        message_id: The message.
        limit: Most messages on each side.

    Raises:
        NotFound: There is no such session or message for the actor.
    """
    most = page_limit(limit)
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        target = await messages.get(tx, message_id)
        if target is None or target.chat_session_id != session_id:
            raise NotFound(MESSAGE_GONE, code="message_not_found")
        older, has_older = await messages.page(tx, session_id, before=message_id, limit=most)
        newer, has_newer = await messages.page_after(tx, session_id, after=message_id, limit=most)
        window = await _window(tx, session, [*older, target, *newer])
    return OpenedSession(transcript=window, has_older=has_older, has_newer=has_newer)


async def page_of_session(
    actor: Actor, session_id: str, *, before: str | None = None, after: str | None = None, limit: int | None = None
) -> OpenedSession:
    """Return the messages on one side of a message, as a window of the session.

    Args:
        actor: Who reads.
        session_id: The session.
        before: Only messages older than this one; None and no `after` is the newest page.
        after: Only messages newer than this one.
        limit: Most messages.

    Raises:
        NotFound: There is no such session for the actor.
        Invalid: The limit is out of range.
    """
    most = page_limit(limit)
    has_older = has_newer = False
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        if after is not None:
            page, has_newer = await messages.page_after(tx, session_id, after=after, limit=most)
        else:
            page, has_older = await messages.page(tx, session_id, before=before, limit=most)
        window = await _window(tx, session, page)
    return OpenedSession(transcript=window, has_older=has_older, has_newer=has_newer)


async def _window(tx: Transaction, session: ChatSession, page: list[Message]) -> Transcript:
    page_turns = await turns.by_answers(tx, [message.id for message in page])
    return Transcript(
        session=session,
        messages=tuple(page),
        turns={turn.id: turn for turn in page_turns},
        open_parts=_open_parts(page, current().live.open_parts_of(session.id)),
        reads=await reads.get_all(tx, session.id),
        participants=await _participants(tx, session),
        cursor=await sessions.last_seq(tx, session.id),
    )


async def _participants(tx: Transaction, session: ChatSession) -> tuple[Participant, ...]:
    return () if session.visibility == Visibility.PRIVATE else await participants.all_of(tx, session.id)


def _open_parts(page: list[Message], open_parts: list[OpenPart]) -> dict[str, dict[str, OpenPart]]:
    """Group open parts by turn, without those that settled while the snapshot was taken."""
    settled = {(message.id, part.id) for message in page for part in message.parts}
    grouped: dict[str, dict[str, OpenPart]] = {}
    for part in open_parts:
        if (part.message_id, part.id) not in settled:
            grouped.setdefault(part.turn_id, {})[part.id] = part
    return grouped


async def get_message(actor: Actor, session_id: str, message_id: str) -> Message:
    """Return one message with all its parts.

    Raises:
        NotFound: There is no such message for the actor.
    """
    async with current().db.read() as tx:
        await access.require_readable(tx, actor, session_id)
        message = await messages.get(tx, message_id)
    if message is None or message.chat_session_id != session_id:
        raise NotFound(MESSAGE_GONE, code="message_not_found")
    return message


async def find_in_session(actor: Actor, session_id: str, *, text: str, limit: int = 200) -> list[str]:
    """Return the ids of the messages whose text holds this text, oldest first."""
    async with current().db.scan() as tx:
        await access.require_readable(tx, actor, session_id)
        return await messages.find(tx, session_id, text=text, limit=limit)


def page_limit(limit: int | None) -> int:
    """Return the number of rows of a page.

    Raises:
        Invalid: It is out of range.
    """
    settings = current().settings
    if limit is None:
        return settings.page_size
    if not 1 <= limit <= settings.max_page_size:
        raise Invalid(f"limit must be from 1 to {settings.max_page_size}.", code="invalid_limit")
    return limit
