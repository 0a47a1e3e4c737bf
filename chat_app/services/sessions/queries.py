"""What people read of sessions: the session list, windows of messages, unread counts and search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat_app.db import messages, participants, reads, sessions, turns
from chat_app.db.engine import Transaction
from chat_app.domain.actor import Actor
from chat_app.domain.errors import NotFound
from chat_app.domain.messages import Message
from chat_app.domain.pages import Page
from chat_app.domain.sessions import (
    ChatSession,
    Participant,
    ParticipantChange,
    SessionFilter,
    SessionSummary,
    Visibility,
)
from chat_app.domain.transcript import Transcript
from chat_app.domain.turns import OpenPart
from chat_app.services import access
from chat_app.services.paging import page_limit
from chat_app.services.runtime import current

MAX_SEARCH_RESULTS = 200
"""Messages that a search in a session returns."""


@dataclass(frozen=True, kw_only=True)
class OpenedSession:
    """A session with a window of its messages, and whether there are more before and after the window."""

    transcript: Transcript
    has_older: bool = False
    has_newer: bool = False


async def list_sessions(
    actor: Actor, *, where: SessionFilter | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[SessionSummary]:
    """Return a page of the actor's session list, most recent activity first.

    Args:
        actor: The reader.
        where: Conditions on the list; None lists active sessions.
        cursor: The cursor of the previous page; None returns the first page.
        limit: Maximum number of sessions.

    Raises:
        Invalid: The cursor is not one of a page, or the limit is out of range.
    """
    async with current().db.read() as tx:
        return await sessions.list_page(
            tx,
            access.readable_sessions(actor),
            actor.user_id,
            where or SessionFilter(),
            cursor=cursor,
            limit=page_limit(limit),
        )


async def session_summary(actor: Actor, session_id: str) -> SessionSummary:
    """Return a session as the list shows it.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        summary = await sessions.summary(tx, session.id, actor.user_id)
    if summary is None:
        raise access.session_not_found()
    return summary


async def count_unread(actor: Actor) -> int:
    """Return the number of sessions with messages that the actor has not read."""
    async with current().db.scan() as tx:
        return await sessions.unread_total(tx, access.readable_sessions(actor), actor.user_id)


async def most_recent_session(actor: Actor, *, agent_key: str | None = None) -> str | None:
    """Return the id of the actor's most recent session, optionally with one agent."""
    async with current().db.read() as tx:
        return await sessions.most_recent(tx, access.readable_sessions(actor), agent_key=agent_key)


async def open_session(actor: Actor, session_id: str, *, limit: int | None = None) -> OpenedSession:
    """Return a session with its newest messages.

    Args:
        actor: The reader.
        session_id: The session.
        limit: Maximum number of messages.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Invalid: The limit is out of range.
    """
    return await page_of_session(actor, session_id, limit=limit)


async def open_session_at(actor: Actor, session_id: str, *, message_id: str, limit: int | None = None) -> OpenedSession:
    """Return a session with the messages around one of them.

    Args:
        actor: The reader.
        session_id: The session.
        message_id: The message.
        limit: Maximum number of messages on each side.

    Raises:
        NotFound: The session or the message does not exist, or the actor may not see it.
        Invalid: The limit is out of range.
    """
    limit = page_limit(limit)
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        message = await _require_message(tx, session_id, message_id)
        older = await messages.page_before(tx, session_id, before=message_id, limit=limit)
        newer = await messages.page_after(tx, session_id, after=message_id, limit=limit)
        has_older, has_newer = older.cursor is not None, newer.cursor is not None
        page = [*older.items, message, *newer.items]
        return await _opened(tx, session, page, has_older=has_older, has_newer=has_newer)


async def page_of_session(
    actor: Actor, session_id: str, *, before: str | None = None, after: str | None = None, limit: int | None = None
) -> OpenedSession:
    """Return a session with the messages before or after one of them.

    Args:
        actor: The reader.
        session_id: The session.
        before: Return messages before this one. Without `before` and `after` the newest messages are returned.
        after: Return messages after this one.
        limit: Maximum number of messages.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
        Invalid: The limit is out of range.
    """
    limit = page_limit(limit)
    async with current().db.read() as tx:
        session = await access.require_readable(tx, actor, session_id)
        if after is not None:
            page = await messages.page_after(tx, session_id, after=after, limit=limit)
            has_newer = page.cursor is not None
            return await _opened(tx, session, page.items, follows=True, has_newer=has_newer)
        page = await messages.page_before(tx, session_id, before=before, limit=limit)
        return await _opened(tx, session, page.items, has_older=page.cursor is not None, precedes=before is not None)


async def _opened(
    tx: Transaction,
    session: ChatSession,
    page: Sequence[Message],
    *,
    has_older: bool = False,
    has_newer: bool = False,
    precedes: bool = False,
    follows: bool = False,
) -> OpenedSession:
    """Return a page of a session.

    Args:
        tx: The transaction.
        session: The session.
        page: Its messages.
        has_older: Whether the reader may ask for messages before the page.
        has_newer: Whether the reader may ask for messages after the page.
        precedes: Whether the reader has the messages after the page.
        follows: Whether the reader has the messages before the page.
    """
    changes: tuple[ParticipantChange, ...] = ()
    if session.visibility != Visibility.PRIVATE:
        changes = await participants.changes(
            tx,
            session.id,
            first=page[0].id if page and (has_older or follows) else None,
            last=page[-1].id if page and (has_newer or precedes) else None,
        )
    window = await _window(tx, session, page, changes)
    return OpenedSession(transcript=window, has_older=has_older, has_newer=has_newer)


async def _window(
    tx: Transaction, session: ChatSession, page: Sequence[Message], changes: tuple[ParticipantChange, ...]
) -> Transcript:
    page_turns = await turns.by_answers(tx, [message.id for message in page])
    return Transcript(
        session=session,
        messages=tuple(page),
        turns={turn.id: turn for turn in page_turns},
        open_parts=_group_open_parts(page, current().live.open_parts_of(session.id)),
        reads=await reads.get_all(tx, session.id),
        participants=await _participants(tx, session),
        participant_changes=changes,
        cursor=await sessions.last_seq(tx, session.id),
    )


async def _participants(tx: Transaction, session: ChatSession) -> tuple[Participant, ...]:
    return () if session.visibility == Visibility.PRIVATE else await participants.all_of(tx, session.id)


def _group_open_parts(page: Sequence[Message], open_parts: Sequence[OpenPart]) -> dict[str, dict[str, OpenPart]]:
    """Return open parts by turn and part id, without those that were completed while the snapshot was taken."""
    completed = {(message.id, part.id) for message in page for part in message.parts}
    grouped: dict[str, dict[str, OpenPart]] = {}
    for part in open_parts:
        if (part.message_id, part.id) not in completed:
            grouped.setdefault(part.turn_id, {})[part.id] = part
    return grouped


async def get_message(actor: Actor, session_id: str, message_id: str) -> Message:
    """Return a message with all its parts.

    Raises:
        NotFound: The message does not exist, or the actor may not see it.
    """
    async with current().db.read() as tx:
        await access.require_readable(tx, actor, session_id)
        return await _require_message(tx, session_id, message_id)


async def _require_message(tx: Transaction, session_id: str, message_id: str) -> Message:
    message = await messages.get(tx, message_id)
    if message is None or message.chat_session_id != session_id:
        raise NotFound("This message doesn't exist in this session.", code="message_not_found")
    return message


async def find_in_session(actor: Actor, session_id: str, *, text: str, limit: int = MAX_SEARCH_RESULTS) -> list[str]:
    """Return the ids of the messages that contain a text, oldest first.

    Raises:
        NotFound: The session does not exist, or the actor may not see it.
    """
    async with current().db.scan() as tx:
        await access.require_readable(tx, actor, session_id)
        return await messages.find(tx, session_id, text=text, limit=limit)
