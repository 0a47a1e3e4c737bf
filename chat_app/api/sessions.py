"""Routes of sessions: `/v1/chat`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from chat_app.api.actor import CurrentActor
from chat_app.api.messages import message_page
from chat_app.api.schemas import (
    Limit,
    NewSession,
    Page,
    ReadState,
    SessionChange,
    SessionRow,
    SessionWithMessages,
)
from chat_app.domain.agents import AgentKey
from chat_app.domain.ids import Id
from chat_app.domain.sessions import ChatSession, Origin, SessionFilter, SessionStatus
from chat_app.services.sessions import commands, queries

router = APIRouter(prefix="/v1/chat", tags=["sessions"])


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_session(actor: CurrentActor, body: NewSession) -> ChatSession:
    """Create a session with an agent."""
    return await commands.create_session(
        actor,
        agent_key=body.agent_key,
        title=body.title,
        origin=Origin.parse(body.origin),
        session_id=body.id,
    )


@router.get("")
async def list_sessions(
    actor: CurrentActor,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Limit | None = None,
    agent_key: AgentKey | None = None,
    origin: Origin | None = None,
    unread: bool = False,
    archived: bool = False,
) -> Page[SessionRow]:
    """List sessions, the most recently active first."""
    where = SessionFilter(
        status=SessionStatus.ARCHIVED if archived else SessionStatus.ACTIVE,
        agent_key=agent_key,
        origin=origin,
        unread=unread,
    )
    page = await queries.list_sessions(actor, where=where, cursor=cursor, limit=limit)
    return Page(items=[SessionRow.of_summary(row) for row in page.items], next_cursor=page.cursor)


@router.get("/{chat_id}")
async def get_session(actor: CurrentActor, chat_id: Id, limit: Limit | None = None) -> SessionWithMessages:
    """Show a session with its newest messages."""
    opened = await queries.open_session(actor, chat_id, limit=limit)
    transcript = opened.transcript
    return SessionWithMessages(
        **transcript.session.model_dump(),
        messages=message_page(opened),
        turns=list(transcript.turns.values()),
        open_parts=[part for parts in transcript.open_parts.values() for part in parts.values()],
        cursor=transcript.cursor,
    )


@router.patch("/{chat_id}")
async def update_session(actor: CurrentActor, chat_id: Id, body: SessionChange) -> ChatSession:
    """Rename a session, archive it or take it back from the archive, show it to the workspace or no more."""
    return await commands.update_session(
        actor, chat_id, title=body.title, status=body.status, visibility=body.visibility
    )


@router.delete("/{chat_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_session(
    actor: CurrentActor,
    chat_id: Id,
    permanent: bool = False,
) -> Response:
    """Archive a session, or delete it permanently with all its messages."""
    if permanent:
        await commands.delete_session(actor, chat_id)
    else:
        await commands.archive_session(actor, chat_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.put("/{chat_id}/read")
async def mark_read(actor: CurrentActor, chat_id: Id) -> ReadState:
    """Mark a session as read."""
    return ReadState(chat_id=chat_id, read_seq=await commands.mark_read(actor, chat_id))
