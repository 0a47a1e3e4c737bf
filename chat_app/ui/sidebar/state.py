"""The sidebar's state: agents to choose from, how the list is narrowed, and what is done with its sessions.

The sessions themselves go to the browser's list as patches: a page of them, then each one that changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, TypedDict

import reflex as rx

from chat_app.domain.agents import Agent
from chat_app.domain.errors import NotFound
from chat_app.domain.events import ChatEvent
from chat_app.domain.sessions import Origin, SessionFilter, SessionStatus, SessionSummary
from chat_app.services import agents
from chat_app.services.events.follow import follow_workspace, last_position
from chat_app.services.sessions.commands import (
    archive_session,
    delete_session,
    mark_read,
    rename_session,
    restore_session,
)
from chat_app.services.sessions.queries import count_unread, list_sessions, session_summary
from chat_app.ui.address import NEW, Address
from chat_app.ui.components.session_list import SESSION_LIST
from chat_app.ui.sidebar.items import Item, item_of
from chat_app.ui.tab_tracking import connected, only_follower
from chat_app.ui.viewer.actor import actor
from chat_app.ui.viewer.identity import NOBODY, NOTHING_CHOSEN, NOWHERE, Choices, Person, Place, identity_of

Events = AsyncGenerator[Any, None]

PAUSE_SECONDS = 0.15
"""Before a change shows in the list. What happens meanwhile is told with it: the conversation comes first, and an
answer that is read as it ends never counts as unread."""

LISTED_CHANGES = frozenset(
    {
        "session.created",
        "session.renamed",
        "session.archived",
        "session.restored",
        "session.deleted",
        "session.read",
        "session.shared",
        "participant.added",
        "participant.removed",
        "message.created",
        "turn.queued",
        "turn.started",
        "turn.completed",
        "turn.failed",
        "turn.cancelled",
    }
)
"""Events after which a session's row reads differently."""


class AgentCard(TypedDict):
    """An agent where it is chosen."""

    key: str
    name: str
    color: str
    initial: str
    description: str
    href: str
    """Where a new conversation with it begins."""


class SidebarState(rx.State):
    """Small facts only; the sessions themselves go to the list as patches."""

    met: bool = False
    """Whether it is known who uses the tab; nothing may be written in anybody's name before."""
    shelf: str = ""
    """Where the browser keeps what the person wrote here (see `shelf_of`)."""
    login: bool = False
    """Whether people sign in here."""
    manages: bool = False
    """Whether the person manages the workspace."""
    person: Person = NOBODY
    workspace: Place = NOWHERE
    workspaces: list[Place] = []
    preferences: Choices = NOTHING_CHOSEN
    agents: list[AgentCard] = []
    unread: int = 0
    agent: str = ""
    origin: str = ""
    unread_only: bool = False
    archived: bool = False

    _cursor: str | None = None
    _met_by: str = ""

    @rx.var
    def narrowed(self) -> bool:
        """Whether the list leaves sessions out."""
        return bool(self.agent or self.origin or self.unread_only or self.archived)

    @rx.event
    async def meet(self) -> None:
        """Learn who uses the tab; that can't change while it is connected."""
        connection = self.router.session.session_id
        if self._met_by == connection:
            return
        self._met_by = connection
        await self._learn()

    async def _learn(self) -> None:
        identity = await identity_of(actor())
        self.login = identity["login"]
        self.manages = identity["manages"]
        self.person = identity["person"]
        self.workspace = identity["workspace"]
        self.workspaces = identity["workspaces"]
        self.shelf = identity["shelf"]
        self.preferences = identity["preferences"]
        self.met = True

    @rx.event
    def list_ready(self) -> Any:
        """Fill the sidebar that was just drawn or has a new connection; another address leaves it as it is."""
        self.agents = agent_cards()
        return SidebarState.follow_list

    @rx.event(background=True)
    async def follow_list(self) -> Events:
        """Send the first page of the list, then every session that changes."""
        with only_follower(self, "list"):
            where = self._filter()
            position = await last_position(actor())
            page = await list_sessions(actor(), where=where)
            unread = await count_unread(actor())
            async with self:
                self._cursor = page.cursor
                self.unread = unread
            yield _patch(op="reset", items=_items(page.items), more=page.cursor is not None)
            async with aclosing(follow_workspace(actor(), after=position)) as batches:
                async for batch in batches:
                    if not connected(self):
                        return
                    if batch:
                        await asyncio.sleep(PAUSE_SECONDS)
                    for change in await self._changes(batch, where):
                        yield change

    async def _changes(self, batch: Sequence[ChatEvent], where: SessionFilter) -> list[rx.event.EventSpec]:
        """Return the patches for what happened, and keep the numbers beside the list up to date."""
        changed = dict.fromkeys(event.session_id for event in batch if event.type in LISTED_CHANGES)
        cards = agent_cards()
        unread = await count_unread(actor()) if changed else self.unread
        if unread != self.unread or cards != self.agents:
            async with self:
                self.unread, self.agents = unread, cards
        return [await _changed_row(session_id, where) for session_id in changed]

    @rx.event(background=True)
    async def load_more(self) -> Events:
        """Append the next page to the list."""
        cursor = self._cursor
        if cursor is None:
            return
        page = await list_sessions(actor(), where=self._filter(), cursor=cursor)
        async with self:
            self._cursor = page.cursor
        yield _patch(op="append", items=_items(page.items), more=page.cursor is not None)

    @rx.event
    def narrow_to_agent(self, key: str) -> Any:
        """Show one agent's sessions, or every agent's for ""."""
        self.agent = key
        return SidebarState.follow_list

    @rx.event
    def narrow_to_origin(self, origin: str) -> Any:
        """Show the sessions from one way in, or from all for ""."""
        self.origin = origin
        return SidebarState.follow_list

    @rx.event
    def show_unread_only(self, on: bool) -> Any:
        """Show only sessions with something unread."""
        self.unread_only = on
        return SidebarState.follow_list

    @rx.event
    def show_archived(self, on: bool) -> Any:
        """Show the archived sessions instead of the active ones."""
        self.archived = on
        return SidebarState.follow_list

    @rx.event(background=True)
    async def rename_session(self, session_id: str, title: str) -> None:
        """Give a session a title of the person's own."""
        await rename_session(actor(), session_id, title=title)

    @rx.event(background=True)
    async def mark_read(self, session_id: str) -> None:
        """Mark everything in a session as read."""
        await mark_read(actor(), session_id)

    @rx.event(background=True)
    async def archive_session(self, session_id: str) -> None:
        """Take a session off the list."""
        await archive_session(actor(), session_id)

    @rx.event(background=True)
    async def restore_session(self, session_id: str) -> None:
        """Bring an archived session back."""
        await restore_session(actor(), session_id)

    @rx.event(background=True)
    async def delete_session(self, session_id: str) -> None:
        """Delete a session for ever."""
        await delete_session(actor(), session_id)

    def _filter(self) -> SessionFilter:
        return SessionFilter(
            status=SessionStatus.ARCHIVED if self.archived else SessionStatus.ACTIVE,
            agent_key=self.agent or None,
            origin=Origin.parse(self.origin),
            unread=self.unread_only,
        )


def agent_cards() -> list[AgentCard]:
    """Return the agents where one is chosen."""
    return [
        AgentCard(
            key=agent.key,
            name=agent.name,
            color=agent.color,
            initial=agent.name[:1].upper(),
            description=agent.description or agent.model_label,
            href=Address(agent_key=agent.key, session_id=NEW).href,
        )
        for agent in agents.list_agents(actor())
    ]


def _patch(**patch: Any) -> rx.event.EventSpec:
    return rx.set_value(SESSION_LIST, patch)


def _items(rows: list[SessionSummary]) -> list[Item]:
    known: dict[str, Agent] = {agent.key: agent for agent in agents.list_agents(actor())}
    return [item_of(row, known.get(row.session.agent_key)) for row in rows]


async def _changed_row(session_id: str, where: SessionFilter) -> rx.event.EventSpec:
    """Return the patch for a session that changed: its row, or that it is not in this list any more."""
    try:
        summary = await session_summary(actor(), session_id)
    except NotFound:
        return _patch(op="remove", id=session_id)
    if not where.matches(summary):
        return _patch(op="remove", id=session_id)
    return _patch(op="upsert", item=_items([summary])[0])
