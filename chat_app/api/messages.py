"""Routes of messages, and of starting and stopping answers: `/v1/chat/{id}/messages`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response, status

from chat_app.api.actor import CurrentActor
from chat_app.api.schemas import Limit, MessageOut, NewMessage, Page, Sent, Stopped
from chat_app.domain.errors import Invalid
from chat_app.domain.ids import Id
from chat_app.services.events import typing
from chat_app.services.sessions.queries import OpenedSession, page_of_session
from chat_app.services.turns import commands

router = APIRouter(prefix="/v1/chat/{chat_id}", tags=["messages"])


@router.post("/messages", status_code=status.HTTP_202_ACCEPTED)
async def send_message(
    actor: CurrentActor,
    chat_id: Id,
    body: NewMessage,
    idempotency_key: Annotated[Id | None, Header()] = None,
) -> Sent:
    """Send a message. The agent answers in the background; in a group only if it is mentioned as `@key`.

    A repeated request with the same request id returns the response to the first one, and sends nothing again.
    """
    if body.request_id and idempotency_key and body.request_id != idempotency_key:
        raise Invalid("request_id and Idempotency-Key are both given and differ.", code="invalid_id")
    request_id = body.request_id or idempotency_key
    sent = await commands.send_message(actor, chat_id, parts=body.as_parts(), request_id=request_id)
    return Sent(message=MessageOut.of(sent.message), turn=sent.turn)


@router.get("/messages")
async def list_messages(
    actor: CurrentActor,
    chat_id: Id,
    before: Id | None = None,
    limit: Limit | None = None,
) -> Page[MessageOut]:
    """List messages, oldest first. `before` is the id of a message or a `next_cursor`, and selects older messages."""
    page = await page_of_session(actor, chat_id, before=before, limit=limit)
    return message_page(page)


@router.post("/stop")
async def stop_turn(actor: CurrentActor, chat_id: Id) -> Stopped:
    """Stop the running answer. The text written so far remains."""
    return Stopped(turn=await commands.stop_turn(actor, chat_id))


@router.post("/typing", status_code=status.HTTP_204_NO_CONTENT)
async def say_typing(actor: CurrentActor, chat_id: Id) -> Response:
    """Show the other participants that you are typing, for six seconds or until the next call."""
    await typing.report_typing(actor, chat_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def message_page(opened: OpenedSession) -> Page[MessageOut]:
    """Return the messages of a page with the statuses of their turns; the cursor selects older messages."""
    messages = opened.transcript.messages
    statuses = {turn.assistant_message_id: turn.status for turn in opened.transcript.turns.values()}
    return Page(
        items=[MessageOut.of(message, turn_status=statuses.get(message.id)) for message in messages],
        next_cursor=messages[0].id if opened.has_older and messages else None,
    )
