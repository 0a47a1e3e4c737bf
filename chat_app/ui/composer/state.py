"""Takes what the browser's outbox sends, and stops what runs."""

from __future__ import annotations

import reflex as rx

from chat_app.domain.errors import ChatAppError
from chat_app.domain.parts import text_parts
from chat_app.domain.sessions import Origin
from chat_app.services.events import typing
from chat_app.services.sessions.commands import create_session
from chat_app.services.turns.commands import send_message, stop_turn
from chat_app.ui.arguments import IdText, MessageText, OwnerKey
from chat_app.ui.client import patch_composer
from chat_app.ui.composer.patches import accepted_patch, refusal_patch
from chat_app.ui.conversation.state import ConversationState
from chat_app.ui.transcript.state import TranscriptState
from chat_app.ui.typed import Events
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import owner_key_of


class ComposerState(rx.State):
    """Events of the composer and its outbox."""

    @rx.event(background=True)
    async def send(
        self, request_id: IdText, session_id: IdText, agent_key: IdText, text: MessageText, owner_key: OwnerKey
    ) -> Events:
        """Send a message, create its session first if it has none, and report the result to the outbox.

        A message of another person or from another workspace is not answered and stays in its outbox: a tab whose
        login or workspace has changed may send one before it knows.
        """
        if owner_key != owner_key_of(actor()):
            return
        try:
            target = session_id or await _create_session(request_id, agent_key)
            await send_message(actor(), target, parts=text_parts(text), request_id=request_id)
        except ChatAppError as error:
            yield patch_composer(refusal_patch(request_id, error))
            return
        yield patch_composer(accepted_patch(request_id, session_id=target))
        if not session_id:
            async with self:
                shown = (await self.get_state(ConversationState)).session
                shows_new = shown["id"] == "" and shown["agent_key"] == agent_key
            if shows_new:
                yield TranscriptState.show(target)

    @rx.event(background=True)
    async def report_typing(self, session_id: IdText) -> None:
        """Show the others in a session that the viewer types; a refusal is ignored, or each key would repeat it."""
        try:
            await typing.report_typing(actor(), session_id)
        except ChatAppError:
            return

    @rx.event(background=True)
    async def stop(self, session_id: IdText) -> None:
        """Stop the running turn of a session."""
        await stop_turn(actor(), session_id)


async def _create_session(request_id: str, agent_key: str) -> str:
    # The id follows from the request's, so that a repeated send creates no second session.
    session = await create_session(actor(), agent_key=agent_key, origin=Origin.UI, session_id=f"ses_{request_id}")
    return session.id
