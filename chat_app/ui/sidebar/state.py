"""The session list: which sessions it shows, and the patches that keep it up to date.

The list gets one page of sessions at a time, then each session that changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import reflex as rx

from chat_app.domain.errors import NotFound
from chat_app.domain.events import ChatEvent
from chat_app.domain.sessions import Origin, SessionFilter, SessionStatus, SessionSummary
from chat_app.services import agents
from chat_app.services.events.follow import follow_workspace, last_position
from chat_app.services.sessions.queries import count_unread, list_sessions, session_summary
from chat_app.ui.agents.state import AgentCard, AgentsState, agent_cards
from chat_app.ui.arguments import IdText
from chat_app.ui.client import patch_session_list
from chat_app.ui.event_effects import Effect, effect_of
from chat_app.ui.protocol import AppendSessions, RemoveSession, ResetSessions, SessionItem, UpsertSession
from chat_app.ui.sidebar.items import session_item
from chat_app.ui.tab_tracking import connected, replace_earlier
from chat_app.ui.typed import Events, computed
from chat_app.ui.viewer.actor import actor

PAUSE_SECONDS = 0.15
"""Time for which changes are collected before the list shows them: the conversation is shown first, and an answer that
is read as it ends never counts as unread."""


class SidebarState(rx.State):
    """The list's filter and the number of unread messages; the sessions go to the browser as patches."""

    unread: int = 0
    agent: str = ""
    origin: str = ""
    unread_only: bool = False
    archived: bool = False

    _cursor: str | None = None

    @computed
    def narrowed(self) -> bool:
        """Whether the filter leaves sessions out."""
        return bool(self.agent or self.origin or self.unread_only or self.archived)

    @rx.event
    async def list_ready(self) -> Any:
        """Fill a list that was just mounted or has a new connection."""
        await self._show_agents(agent_cards())
        return SidebarState.follow_list

    @rx.event(background=True)
    async def follow_list(self) -> Events:
        """Send the first page of the list, then every session that changes."""
        with replace_earlier(self, "list"):
            where, cards = self._filter(), agent_cards()
            position = await last_position(actor())
            page = await list_sessions(actor(), where=where)
            unread = await count_unread(actor())
            async with self:
                self._cursor = page.cursor
                self.unread = unread
                await self._show_agents(cards)
            yield patch_session_list(ResetSessions(op="reset", items=_items(page.items), more=page.cursor is not None))
            async with aclosing(follow_workspace(actor(), after=position)) as batches:
                async for batch in batches:
                    if not connected(self):
                        return
                    if batch:
                        await asyncio.sleep(PAUSE_SECONDS)
                    if (changed_cards := agent_cards()) != cards:
                        cards = changed_cards
                        async with self:
                            await self._show_agents(cards)
                    for patch in await self._changes(batch, where):
                        yield patch

    async def _changes(self, batch: Sequence[ChatEvent], where: SessionFilter) -> list[rx.event.EventSpec]:
        """Return the patches for a batch of events, and update the number of unread messages."""
        viewer_id = actor().user_id
        changed = dict.fromkeys(
            event.session_id for event in batch if Effect.LIST_ITEM in effect_of(event.data, viewer_id=viewer_id)
        )
        if changed and (unread := await count_unread(actor())) != self.unread:
            async with self:
                self.unread = unread
        return [await _changed_item(session_id, where) for session_id in changed]

    async def _show_agents(self, cards: list[AgentCard]) -> None:
        agents_state = await self.get_state(AgentsState)
        if agents_state.cards != cards:
            agents_state.cards = cards

    @rx.event(background=True)
    async def load_more(self) -> Events:
        """Append the next page to the list."""
        with replace_earlier(self, "more"):
            cursor = self._cursor
            if cursor is None:
                return
            page = await list_sessions(actor(), where=self._filter(), cursor=cursor)
            async with self:
                self._cursor = page.cursor
            yield patch_session_list(
                AppendSessions(op="append", items=_items(page.items), more=page.cursor is not None)
            )

    @rx.event
    def narrow_to_agent(self, key: IdText) -> Any:
        """Show one agent's sessions, or every agent's for ""."""
        self.agent = key
        return SidebarState.follow_list

    @rx.event
    def narrow_to_origin(self, origin: IdText) -> Any:
        """Show the sessions that were started from one origin, or from any for ""."""
        self.origin = origin
        return SidebarState.follow_list

    @rx.event
    def show_unread_only(self, on: bool) -> Any:
        """Show only sessions with unread messages."""
        self.unread_only = on
        return SidebarState.follow_list

    @rx.event
    def show_archived(self, on: bool) -> Any:
        """Show the archived sessions instead of the active ones."""
        self.archived = on
        return SidebarState.follow_list

    def _filter(self) -> SessionFilter:
        return SessionFilter(
            status=SessionStatus.ARCHIVED if self.archived else SessionStatus.ACTIVE,
            agent_key=self.agent or None,
            origin=Origin.parse(self.origin),
            unread=self.unread_only,
        )


def _items(summaries: Sequence[SessionSummary]) -> list[SessionItem]:
    known = {agent.key: agent for agent in agents.list_agents(actor())}
    return [session_item(summary, known.get(summary.session.agent_key)) for summary in summaries]


async def _changed_item(session_id: str, where: SessionFilter) -> rx.event.EventSpec:
    """Return the patch for a session that changed: its item, or its removal when the filter leaves it out."""
    try:
        summary = await session_summary(actor(), session_id)
    except NotFound:
        return patch_session_list(RemoveSession(op="remove", id=session_id))
    if not where.matches(summary):
        return patch_session_list(RemoveSession(op="remove", id=session_id))
    return patch_session_list(UpsertSession(op="upsert", item=_items([summary])[0]))
