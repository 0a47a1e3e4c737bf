"""The composer's state: what becomes of a send, and stopping what runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import reflex as rx

from chat_app.domain.errors import ChatAppError, TooMany
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import Origin
from chat_app.services.events import typing
from chat_app.services.sessions.commands import create_session
from chat_app.services.turns.commands import send_message, stop_turn
from chat_app.ui.components.composer import COMPOSER
from chat_app.ui.header.state import HeaderState
from chat_app.ui.transcript.state import TranscriptState
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import shelf_of

Events = AsyncGenerator[Any, None]

MAX_LATER = 120
"""Seconds for which the browser's outbox holds a message that came too early; it is given back when it is longer."""


class ComposerState(rx.State):
    """Takes what the browser's outbox sends."""

    @rx.event(background=True)
    async def send(self, request_id: str, session_id: str, agent_key: str, text: str, shelf: str) -> Events:
        """Send a message, making its session first if it has none, and tell the outbox what became of it.

        What was written by somebody else, or in another workspace, stays in its outbox: a tab that changes hands may
        bring it before it knows.
        """
        if shelf != shelf_of(actor()):
            return
        try:
            target = session_id or await _new_session(request_id, agent_key)
            await send_message(actor(), target, parts=text_parts(text), request_id=request_id)
        except ChatAppError as error:
            if isinstance(error, TooMany) and error.retry_after <= MAX_LATER:
                yield _answer(op="later", request_id=request_id, text=error.message, seconds=error.retry_after)
                return
            yield _answer(op="refused", request_id=request_id, text=error.message)
            return
        yield _answer(op="sent", request_id=request_id, session_id=target)
        if not session_id:
            async with self:
                header = await self.get_state(HeaderState)
                shown = header.session["id"] == "" and header.session["agent_key"] == agent_key
            if shown:
                yield TranscriptState.show(target)

    @rx.event(background=True)
    async def say_typing(self, session_id: str) -> None:
        """Tell the others of a session that the person writes in it; who may not is not told so with every key."""
        try:
            await typing.report_typing(actor(), session_id)
        except ChatAppError:
            return

    @rx.event(background=True)
    async def stop(self, session_id: str) -> None:
        """Stop the running turn of a session."""
        await stop_turn(actor(), session_id)


async def _new_session(request_id: str, agent_key: str) -> str:
    # Named after the request, so that a repeat of the send makes no second session.
    session = await create_session(actor(), agent_key=agent_key, origin=Origin.UI, session_id=f"ses_{request_id}")
    return session.id


def _answer(**patch: Any) -> rx.event.EventSpec:
    return rx.set_value(COMPOSER, patch)
