"""Follows the session that a tab shows: a snapshot, then what happens, as patches to the browser's store.

The transcript itself is in no state var: a var is sent whole, and what one token costs must not depend on the
transcript. The follower keeps what it needs in its own frame.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Any, TypedDict

import reflex as rx

from chat_app.domain.errors import ChatAppError, NotFound
from chat_app.domain.events import ChatEvent, PartDelta, PersonLooking, PersonTyping
from chat_app.domain.transcript import Gap
from chat_app.services import access, agents
from chat_app.services.events.follow import follow_session
from chat_app.services.events.presence import TabView
from chat_app.services.sessions.commands import mark_read
from chat_app.services.sessions.queries import (
    OpenedSession,
    find_in_session,
    get_message,
    most_recent_session,
    open_session,
    open_session_at,
    page_of_session,
)
from chat_app.services.turns.commands import retry_turn, running_turn
from chat_app.ui.address import NEW, read_address
from chat_app.ui.components.composer import typing_patch
from chat_app.ui.header.state import (
    NO_SESSION,
    NOT_SHARED,
    HeaderState,
    Named,
    new_head,
    presence_of,
    session_head,
    sharing_of,
)
from chat_app.ui.tab_tracking import connected, looking, only_follower, show_look
from chat_app.ui.transcript.following import SessionFollower, brings_remark, changes_head, ends_turn, starts_turn
from chat_app.ui.transcript.patches import Patch, found_patch, newer_patch, older_patch, progress_patch, reset_patch
from chat_app.ui.transcript.rows import step_detail
from chat_app.ui.transcript.view import TRANSCRIPT
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import signs_in
from chat_app.ui.welcome.state import WelcomeState

Events = AsyncGenerator[Any, None]
NOTHING: Patch = {"op": "reset", "session": "", "groups": [], "older": False, "newer": False, "focus": None}
"""Empties the transcript."""


def send(*patches: Patch) -> list[rx.event.EventSpec]:
    """Return the events that hand patches to the browser's transcript."""
    return [rx.set_value(TRANSCRIPT, patch) for patch in patches]


class ModelChoice(TypedDict):
    """A model where one is chosen."""

    model: str
    label: str
    agent: str


class TranscriptState(rx.State):
    """Which session a tab shows, and what its transcript asks for."""

    models: list[ModelChoice] = []

    _session_id: str = ""
    _agent_key: str = ""
    _message_id: str = ""
    _ahead: str = ""
    """The session that is shown already before the tab's address has asked for it."""
    _lost: bool = False
    """Whether the session that the tab asks for is not there for the person, or not there any more."""
    _visible: bool = True

    @rx.event
    async def open_address(self) -> Any:
        """Show what the tab's address asks for."""
        url = self.router.url
        address = read_address(str(url), query=dict(url.query_parameters))
        session_id = address.session_id
        if not session_id:
            session_id = await most_recent_session(actor(), agent_key=address.agent_key or None) or NEW
        ahead, self._ahead = self._ahead, ""
        if session_id == ahead == self._session_id and not address.message_id:
            return None
        self._session_id = "" if session_id == NEW else session_id
        self._agent_key = address.agent_key
        self._message_id = address.message_id
        return TranscriptState.follow

    @rx.event
    def open_ahead(self, session_id: str) -> Any:
        """Show a session on the click that leads there: the address takes its way through the page's load events."""
        if session_id == self._session_id and not self._lost:
            return None
        self._ahead = session_id
        return self.show(session_id)

    @rx.event
    def show(self, session_id: str) -> Any:
        """Show a session that has just come to be in this tab."""
        self._session_id = session_id
        self._message_id = ""
        return TranscriptState.follow

    @rx.event
    def ready(self) -> Any:
        """Send the window to a transcript that was just mounted: it missed what was sent before."""
        return TranscriptState.follow

    @rx.event
    def resend(self, session_id: str) -> Any:
        """Send the newest window anew: to a transcript that misses text or wants the end."""
        self._message_id = ""
        return TranscriptState.follow if session_id == self._session_id else None

    @rx.event
    def look(self, visible: bool) -> Any:
        """Remember whether the page is in view; what comes into view has been read."""
        self._visible = visible
        show_look(self, visible=visible)
        return TranscriptState.mark_read(self._session_id) if visible and self._session_id else None

    @rx.event(background=True)
    async def follow(self) -> Events:
        """Follow what the tab shows until it shows something else or goes away."""
        with only_follower(self, "transcript"), looking(self, visible=self._visible) as look:
            # Without a login there is nobody to be told of it.
            async with aclosing(self._follow(look if signs_in(actor()) else None)) as steps:
                async for step in steps:
                    yield step

    async def _follow(self, look: TabView | None) -> Events:
        """Send a window of the session, then what happens; once more from the start where something was missed."""
        session_id, message_id = self._session_id, self._message_id
        while session_id:
            try:
                opened = await open_session(actor(), session_id)
            except NotFound:
                break
            following = SessionFollower(opened.transcript, viewer=actor().user_id)
            # Before the head: what a person waits for is the words.
            yield send(await _first_window(opened, message_id))
            message_id = ""
            async with self:
                self._lost = False
                await _show_head(self, following)
            if self._visible:
                yield TranscriptState.mark_read(session_id)
            yield TranscriptState.follow_model(session_id)
            follow = follow_session(actor(), session_id, after=opened.transcript.cursor, view=look)
            # Taken away before the first event: what says so is the next look.
            with suppress(NotFound):
                async with aclosing(follow) as batches:
                    async for batch in batches:
                        if not connected(self):
                            return
                        try:
                            patches = following.apply(batch)
                        except Gap:
                            break
                        if patches:
                            yield send(*patches)
                        for event in await self._changed(following, batch):
                            yield event
                        if following.transcript.deleted:
                            yield rx.redirect("/", replace=True)
                            return
        async with self:
            self._lost = bool(session_id)
            await (_show_missing(self) if session_id else _show_new(self, self._agent_key))
        yield send(NOTHING)

    async def _changed(self, following: SessionFollower, batch: Sequence[ChatEvent]) -> list[Any]:
        """Show what a batch changes around the transcript, and return what it asks for."""
        if all(isinstance(event.data, PartDelta) for event in batch):
            return []
        session_id = following.transcript.session.id
        if changes_head(batch):
            async with self:
                await _show_head(self, following)
        asked = await self._told_of_people(batch)
        if starts_turn(batch):
            asked.append(TranscriptState.follow_model(session_id))
        to_read = ends_turn(batch) or brings_remark(batch, viewer=actor().user_id)
        if to_read and self._visible:
            asked.append(TranscriptState.mark_read(session_id))
        return asked

    async def _told_of_people(self, batch: Sequence[ChatEvent]) -> list[Any]:
        """Show who looks, and return the patches that say who writes; what the person does themselves is left out."""
        me = actor().user_id
        patches: list[Any] = []
        for event in batch:
            match event.data:
                case PersonLooking(people=people):
                    async with self:
                        header = await self.get_state(HeaderState)
                        header.looking = [Named(id=each.id, name=each.name) for each in people if each.id != me]
                case PersonTyping(user_id=user_id, name=name, typing=typing) if user_id != me:
                    patches.append(typing_patch(event.session_id, user_id=user_id, name=name, typing=typing))
                case _:
                    pass
        return patches

    @rx.event(background=True)
    async def mark_read(self, session_id: str) -> None:
        """Mark what is shown as read."""
        try:
            await mark_read(actor(), session_id)
        except NotFound:
            return

    @rx.event(background=True)
    async def follow_model(self, session_id: str) -> Events:
        """Show an embedded model on its way in the answer that waits for it."""
        with only_follower(self, "model"):
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
                    progress = None if status is None else status.model_dump(mode="json", exclude={"key", "rate"})
                    yield send(progress_patch(session_id, message_id=turn.assistant_message_id, progress=progress))

    @rx.event(background=True)
    async def load_older(self, session_id: str, message_id: str) -> Events:
        """Send the page before the oldest message that the browser has."""
        page = await page_of_session(actor(), session_id, before=message_id)
        yield send(older_patch(page.transcript, older=page.has_older, viewer=actor().user_id))

    @rx.event(background=True)
    async def load_newer(self, session_id: str, message_id: str) -> Events:
        """Send the page after the newest message that the browser has."""
        page = await page_of_session(actor(), session_id, after=message_id)
        yield send(newer_patch(page.transcript, newer=page.has_newer, viewer=actor().user_id))

    @rx.event(background=True)
    async def jump(self, session_id: str, message_id: str) -> Events:
        """Send the window around a message that the browser does not have."""
        try:
            opened = await open_session_at(actor(), session_id, message_id=message_id)
        except NotFound:
            return
        yield send(_window(opened, message_id))

    @rx.event(background=True)
    async def open_step(self, message_id: str, key: str) -> Events:
        """Send a tool call's whole input and output."""
        session_id = self._session_id
        message = await get_message(actor(), session_id, message_id)
        detail = step_detail(message, key=key)
        if detail is not None:
            yield send({**detail, "session": session_id})

    @rx.event(background=True)
    async def find(self, session_id: str, query: str) -> Events:
        """Send which messages of the whole conversation hold the words."""
        found = await find_in_session(actor(), session_id, text=query) if query.strip() else []
        yield send(found_patch(session_id, query=query, message_ids=found))

    @rx.event(background=True)
    async def retry(self, turn_id: str) -> None:
        """Try a failed turn again."""
        await retry_turn(actor(), self._session_id, turn_id)

    @rx.event(background=True)
    async def retry_elsewhere(self, turn_id: str, model: str) -> None:
        """Try a failed turn again with another agent's model."""
        await retry_turn(actor(), self._session_id, turn_id, model=model)


def model_choices() -> list[ModelChoice]:
    """Return the models of all agents, each once."""
    return [
        ModelChoice(model=agent.model, label=agent.model_label, agent=agent.name)
        for agent in agents.list_models(actor())
    ]


async def _first_window(opened: OpenedSession, message_id: str) -> Patch:
    """Return the newest window, or the one around a message that the address names."""
    if message_id and all(message.id != message_id for message in opened.transcript.messages):
        try:
            session_id = opened.transcript.session.id
            around = await open_session_at(actor(), session_id, message_id=message_id)
        except ChatAppError:
            return _window(opened, None)
        return _window(around, message_id)
    return _window(opened, message_id or None)


def _window(opened: OpenedSession, focus: str | None) -> Patch:
    return reset_patch(
        opened.transcript, older=opened.has_older, newer=opened.has_newer, focus=focus, viewer=actor().user_id
    )


async def _show_head(state: TranscriptState, following: SessionFollower) -> None:
    session = following.transcript.session
    if (choices := model_choices()) != state.models:
        state.models = choices
    agent = agents.find_agent(actor(), session.agent_key)
    header = await state.get_state(HeaderState)
    if header.session["id"] != session.id:
        header.looking = []
    header.session = session_head(session, agent)
    shared = NOT_SHARED
    if signs_in(actor()):
        manages = access.may_manage(actor(), session)
        shared = sharing_of(session, following.transcript.participants, manages=manages)
    if header.sharing != shared:
        header.sharing = shared
        header.viewer = actor().user_id
    header.presence = presence_of(
        unfinished=following.unfinished,
        blocked=following.blocked,
        available=agents.is_available(actor(), session.agent_key),
    )
    welcome = await state.get_state(WelcomeState)
    welcome.stage = "" if following.transcript.messages else "greet"
    welcome.greeting = ""


async def _show_new(state: TranscriptState, agent_key: str) -> None:
    agent = agents.find_agent(actor(), agent_key)
    header = await state.get_state(HeaderState)
    header.session = new_head(agent)
    _show_nobody(header)
    available = agents.is_available(actor(), agent_key)
    header.presence = presence_of(unfinished=False, blocked=False, available=available)
    welcome = await state.get_state(WelcomeState)
    welcome.stage = "greet" if agent else "choose"
    welcome.greeting = agent.greeting if agent else ""


def _show_nobody(header: HeaderState) -> None:
    header.sharing = NOT_SHARED
    header.looking = []


async def _show_missing(state: TranscriptState) -> None:
    header = await state.get_state(HeaderState)
    header.session = NO_SESSION
    _show_nobody(header)
    welcome = await state.get_state(WelcomeState)
    welcome.stage = "missing"
    welcome.greeting = ""
