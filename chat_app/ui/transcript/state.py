"""The session that a tab shows: sends a window of its messages, then what changes, as patches.

The messages are in no state var: a var is sent whole, and the cost of a token must not depend on the transcript. The
follower keeps what it needs in local variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import Any

import reflex as rx

from chat_app.domain.errors import NotFound
from chat_app.domain.events import ChatEvent, PartDelta, PersonLooking, PersonTyping
from chat_app.domain.transcript import Gap
from chat_app.services import access, agents
from chat_app.services.events.follow import follow_session
from chat_app.services.events.presence import TabView
from chat_app.services.sessions.queries import (
    find_in_session,
    get_message,
    most_recent_session,
    open_session,
    open_session_at,
    page_of_session,
)
from chat_app.services.turns.commands import retry_turn, running_turn
from chat_app.ui.address import NEW, read_address
from chat_app.ui.agents.state import AgentsState, model_choices
from chat_app.ui.arguments import IdText, LineText, ModelName, StepKey
from chat_app.ui.client import patch_composer, patch_transcript
from chat_app.ui.conversation.state import (
    ConversationState,
    show_missing_session,
    show_new_session,
    show_session,
)
from chat_app.ui.conversation.values import NOT_SHARED, PersonName, presence_of, session_head, sharing_of
from chat_app.ui.event_effects import Effect, effect_of_batch
from chat_app.ui.protocol import ModelProgress
from chat_app.ui.session_actions.state import SessionActionsState
from chat_app.ui.tab_tracking import connected, register_view, replace_earlier, set_visibility
from chat_app.ui.transcript.follower import SessionFollower
from chat_app.ui.transcript.patches import (
    NO_TRANSCRIPT,
    found_patch,
    newer_patch,
    older_patch,
    progress_patch,
    typing_patch,
)
from chat_app.ui.transcript.rows import step_detail
from chat_app.ui.transcript.windows import first_window, window_of
from chat_app.ui.typed import Events
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import has_login


class TranscriptState(rx.State):
    """The session that a tab shows, and the events of its transcript."""

    _session_id: str = ""
    _agent_key: str = ""
    _message_id: str = ""
    _opened_ahead: str = ""
    """The session that is shown before the tab's address names it."""
    _missing: bool = False
    """Whether the session is not there for the viewer, or not any more."""
    _visible: bool = True

    @rx.event
    async def open_address(self) -> Any:
        """Show what the tab's address names."""
        url = self.router.url
        address = read_address(str(url), query=dict(url.query_parameters))
        session_id = address.session_id
        if not session_id:
            session_id = await most_recent_session(actor(), agent_key=address.agent_key or None) or NEW
        opened_ahead, self._opened_ahead = self._opened_ahead, ""
        if session_id == opened_ahead == self._session_id and not address.message_id:
            return None
        self._session_id = "" if session_id == NEW else session_id
        self._agent_key = address.agent_key
        self._message_id = address.message_id
        return TranscriptState.follow

    @rx.event
    def open_ahead(self, session_id: IdText) -> Any:
        """Show a session as soon as its link is clicked; the event of the new address comes later."""
        if session_id == self._session_id and not self._missing:
            return None
        self._opened_ahead = session_id
        return self.show(session_id)

    @rx.event
    def show(self, session_id: IdText) -> Any:
        """Show a session."""
        self._session_id = session_id
        self._message_id = ""
        return TranscriptState.follow

    @rx.event
    def ready(self) -> Any:
        """Send the window to a transcript that was just mounted, which has missed earlier patches."""
        return TranscriptState.follow

    @rx.event
    def resend(self, session_id: IdText) -> Any:
        """Send the newest window again: the transcript misses text, or the viewer wants the end."""
        self._message_id = ""
        return TranscriptState.follow if session_id == self._session_id else None

    @rx.event
    def set_visible(self, visible: bool) -> Any:
        """Store whether the page is visible; what becomes visible is marked as read."""
        self._visible = visible
        set_visibility(self, visible=visible)
        return SessionActionsState.mark_read(self._session_id) if visible and self._session_id else None

    @rx.event(background=True)
    async def follow(self) -> Events:
        """Follow the session that the tab shows until it shows another one or is closed."""
        with replace_earlier(self, "transcript"), register_view(self, visible=self._visible) as view:
            # Without sign-in there are no other people whom presence could be shown to.
            async with aclosing(self._follow(view if has_login(actor()) else None)) as events:
                async for event in events:
                    yield event

    async def _follow(self, view: TabView | None) -> Events:
        """Send a window of the session, then its changes; start again with a new window after a gap."""
        session_id, message_id = self._session_id, self._message_id
        while session_id:
            try:
                opened = await open_session(actor(), session_id)
            except NotFound:
                break
            follower = SessionFollower(opened.transcript, viewer_id=actor().user_id)
            # Before the head, because the viewer waits for the messages.
            yield patch_transcript(await first_window(opened, message_id))
            message_id = ""
            async with self:
                self._missing = False
                await _show_head(self, follower)
            if self._visible:
                yield SessionActionsState.mark_read(session_id)
            yield TranscriptState.follow_model(session_id)
            follow = follow_session(actor(), session_id, after=opened.transcript.cursor, view=view)
            # The viewer may lose the session before its first event; the next `open_session` then says so.
            with suppress(NotFound):
                async with aclosing(follow) as batches:
                    async for batch in batches:
                        if not connected(self):
                            return
                        try:
                            patches = follower.apply(batch)
                        except Gap:
                            break
                        if patches:
                            yield patch_transcript(*patches)
                        for event in await self._show_changes(follower, batch):
                            yield event
                        if follower.transcript.deleted:
                            yield rx.redirect("/", replace=True)
                            return
        async with self:
            self._missing = bool(session_id)
            await (_show_missing(self) if session_id else _show_new(self, self._agent_key))
        yield patch_transcript(NO_TRANSCRIPT)

    async def _show_changes(self, follower: SessionFollower, batch: Sequence[ChatEvent]) -> list[Any]:
        """Show what a batch changes around the transcript, and return the events that follow from it."""
        if all(isinstance(event.data, PartDelta) for event in batch):
            return []
        session_id = follower.transcript.session.id
        effect = effect_of_batch(batch, viewer_id=actor().user_id)
        if Effect.HEAD in effect:
            async with self:
                await _show_head(self, follower)
        events: list[Any] = await self._show_people(batch)
        if Effect.MODEL in effect:
            events.append(TranscriptState.follow_model(session_id))
        if Effect.UNREAD in effect and self._visible:
            events.append(SessionActionsState.mark_read(session_id))
        return events

    async def _show_people(self, batch: Sequence[ChatEvent]) -> list[rx.event.EventSpec]:
        """Show which other people have the session open, and return the patches that show who types."""
        viewer_id = actor().user_id
        patches: list[rx.event.EventSpec] = []
        for event in batch:
            if isinstance(event.data, PersonLooking):
                others = [PersonName(id=person.id, name=person.name) for person in event.data.people]
                async with self:
                    conversation = await self.get_state(ConversationState)
                    conversation.people_here = [person for person in others if person["id"] != viewer_id]
            elif isinstance(event.data, PersonTyping) and event.data.user_id != viewer_id:
                patches.append(patch_composer(typing_patch(event.session_id, event.data)))
        return patches

    @rx.event(background=True)
    async def follow_model(self, session_id: IdText) -> Events:
        """Show the progress of an embedded model in the answer that waits for it."""
        with replace_earlier(self, "model"):
            try:
                turn = await running_turn(actor(), session_id)
            except NotFound:
                return
            if turn is None:
                return
            async with aclosing(agents.follow_model(actor(), turn.model)) as statuses:
                async for status in statuses:
                    if not connected(self):
                        return
                    progress = status and ModelProgress(
                        name=status.name,
                        state=status.state.value,
                        received=status.received,
                        total=status.total,
                        eta=status.eta,
                        text=status.text,
                    )
                    yield patch_transcript(
                        progress_patch(session_id, message_id=turn.assistant_message_id, progress=progress)
                    )

    @rx.event(background=True)
    async def load_older(self, session_id: IdText, message_id: IdText) -> Events:
        """Send the page before the oldest message that the browser has."""
        with replace_earlier(self, "older"):
            page = await page_of_session(actor(), session_id, before=message_id)
            yield patch_transcript(older_patch(page.transcript, older=page.has_older, viewer_id=actor().user_id))

    @rx.event(background=True)
    async def load_newer(self, session_id: IdText, message_id: IdText) -> Events:
        """Send the page after the newest message that the browser has."""
        with replace_earlier(self, "newer"):
            page = await page_of_session(actor(), session_id, after=message_id)
            yield patch_transcript(newer_patch(page.transcript, newer=page.has_newer, viewer_id=actor().user_id))

    @rx.event(background=True)
    async def jump(self, session_id: IdText, message_id: IdText) -> Events:
        """Send the window around a message that the browser does not have."""
        with replace_earlier(self, "jump"):
            try:
                opened = await open_session_at(actor(), session_id, message_id=message_id)
            except NotFound:
                return
            yield patch_transcript(window_of(opened, message_id))

    @rx.event(background=True)
    async def open_step(self, message_id: IdText, key: StepKey) -> Events:
        """Send a tool call's whole input and output."""
        with replace_earlier(self, f"step {message_id} {key}"):
            message = await get_message(actor(), self._session_id, message_id)
            detail = step_detail(message, key=key)
            if detail is not None:
                yield patch_transcript(detail)

    @rx.event(background=True)
    async def find(self, session_id: IdText, query: LineText) -> Events:
        """Send the ids of all messages of the session that hold the query."""
        with replace_earlier(self, "find"):
            message_ids = await find_in_session(actor(), session_id, text=query) if query.strip() else []
            yield patch_transcript(found_patch(session_id, query=query, message_ids=message_ids))

    @rx.event(background=True)
    async def retry(self, turn_id: IdText) -> None:
        """Try a failed turn again."""
        await retry_turn(actor(), self._session_id, turn_id)

    @rx.event(background=True)
    async def retry_with_model(self, turn_id: IdText, model: ModelName) -> None:
        """Try a failed turn again with another agent's model."""
        await retry_turn(actor(), self._session_id, turn_id, model=model)


async def _show_head(state: TranscriptState, follower: SessionFollower) -> None:
    who, session = actor(), follower.transcript.session
    agents_state = await state.get_state(AgentsState)
    if (models := model_choices()) != agents_state.models:
        agents_state.models = models
    sharing = NOT_SHARED
    if has_login(who):
        manages = access.may_manage(who, session)
        sharing = sharing_of(session, follower.transcript.participants, manages=manages)
    show_session(
        await state.get_state(ConversationState),
        session_head(session, agents.find_agent(who, session.agent_key)),
        sharing=sharing,
        viewer_id=who.user_id,
        presence=presence_of(
            unfinished=follower.unfinished,
            blocked=follower.blocked,
            available=agents.is_available(who, session.agent_key),
        ),
        empty=not follower.transcript.messages,
    )


async def _show_new(state: TranscriptState, agent_key: str) -> None:
    available = agents.is_available(actor(), agent_key)
    show_new_session(
        await state.get_state(ConversationState),
        agents.find_agent(actor(), agent_key),
        presence=presence_of(unfinished=False, blocked=False, available=available),
    )


async def _show_missing(state: TranscriptState) -> None:
    show_missing_session(await state.get_state(ConversationState))
