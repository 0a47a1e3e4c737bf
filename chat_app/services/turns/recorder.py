"""Writes what running turns produce to the database: the services' side of `agents.run.ports.TurnRecorder`.

Every method is one transaction and does nothing once the turn has ended, so a stop prevents all later writes.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from chat_app.agents.models.key_names import key_names_for
from chat_app.agents.run.live import LiveTurns
from chat_app.agents.run.ports import TurnInput
from chat_app.db import events, keys, messages, sessions, turns
from chat_app.db.engine import Database, Transaction
from chat_app.domain.events import SessionRenamed, StepRestarted, TurnDelayed
from chat_app.domain.messages import readable_by_agent
from chat_app.domain.parts import ErrorPart, Part
from chat_app.domain.sessions import TitleSource, Visibility
from chat_app.domain.turn_events import started_event
from chat_app.domain.turns import Delay, EndReason, Turn, TurnStatus, Usage, finished_parts
from chat_app.services.runtime import now
from chat_app.services.secrets.provider_keys import stored_key_lookup
from chat_app.services.secrets.vault import Vault
from chat_app.services.turns.lifecycle import store_end, store_parts
from chat_app.settings.application import Settings


class DatabaseTurnRecorder:
    """Implements `agents.run.ports.TurnRecorder` on the database.

    Args:
        settings: For its limits.
        db: The database.
        live: The open parts of running turns.
        vault: Decrypts the keys of workspaces.
        start: Starts a claimed turn; called after the commit.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        db: Database,
        live: LiveTurns,
        vault: Vault,
        start: Callable[[str], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._db = db
        self._live = live
        self._vault = vault
        self._start = start

    async def begin(self, turn_id: str, *, resumed: bool) -> TurnInput | None:
        """Return the input of a turn that starts or is resumed, or None when it is not running any more."""
        # Under the write lock, so that a stop either comes before all of this or finds the live turn to interrupt.
        async with self._running(turn_id) as (tx, running):
            if running is None:
                return None
            turn = await _store_resumed(tx, running) if resumed else running
            question = await messages.get(tx, turn.user_message_id)
            if question is None:
                return None
            earlier = await messages.page_before(
                tx, turn.session_id, before=question.id, limit=self._settings.max_history_messages
            )
            agent = await turns.agent_of(tx, turn_id)
            session = await sessions.get(tx, turn.session_id)
            open_parts = await turns.open_parts(tx, [turn_id]) if resumed else []
            needs_keys = key_names_for(agent, turn.model)
            sealed: Mapping[str, str] = await keys.sealed_of(tx, turn.workspace_id) if needs_keys else {}
            live = self._live.begin(
                turn.session_id,
                workspace_id=turn.workspace_id,
                turn_id=turn_id,
                message_id=turn.assistant_message_id,
                open_parts=open_parts,
            )
        return TurnInput(
            turn=turn,
            agent=agent,
            live=live,
            history=readable_by_agent(earlier.items),
            question=question,
            several_people=session is not None and session.visibility == Visibility.GROUP,
            stored_key=stored_key_lookup(self._vault, turn.workspace_id, sealed),
        )

    async def settle(self, turn_id: str, parts: Sequence[Part]) -> bool:
        """Store complete parts; return False when the turn has ended."""
        async with self._running(turn_id) as (tx, turn):
            if turn is None:
                return False
            await store_parts(tx, turn, parts)
        live = self._live.get(turn_id)
        if live is not None:
            live.settle([part.id for part in parts])
        return True

    async def restart_step(self, turn_id: str, *, step: int, attempt: int) -> None:
        """Record that a model call is repeated, and delete its stored open parts."""
        async with self._running(turn_id) as (tx, turn):
            if turn is None:
                return
            stored = await turns.open_parts(tx, [turn_id])
            await turns.delete_open_parts(tx, turn_id, part_ids=[part.id for part in stored])
            data = StepRestarted(message_id=turn.assistant_message_id, step=step, attempt=attempt)
            await events.append(tx, turn.workspace_id, turn.session_id, [data], at=now(), turn_id=turn_id)

    async def delay(self, turn_id: str, delay: Delay | None) -> None:
        """Record why the turn is paused, or that it continues."""
        async with self._running(turn_id) as (tx, turn):
            if turn is None:
                return
            await turns.save(tx, turn.model_copy(update={"delay": delay}))
            data = TurnDelayed(delay=delay)
            await events.append(tx, turn.workspace_id, turn.session_id, [data], at=now(), turn_id=turn_id)

    async def complete(self, turn_id: str, *, usage: Usage, end_reason: EndReason | None = None) -> None:
        """End the turn as answered; `end_reason` says why the answer may be incomplete."""
        live = self._live.get(turn_id)
        if live is not None:
            live.close()
        async with self._running(turn_id) as (tx, turn):
            if turn is None:
                return
            completed = turn.completed(at=now(), usage=usage, end_reason=end_reason)
            next_id = await store_end(tx, completed, keep_events=self._settings.max_session_events)
        await self._start_next(next_id)

    async def fail(self, turn_id: str, error: ErrorPart, *, usage: Usage) -> None:
        """End the turn with an error. Text that was written so far is kept."""
        live = self._live.get(turn_id)
        open_parts = live.close() if live is not None else None
        async with self._running(turn_id) as (tx, turn):
            if turn is None:
                return
            if open_parts is None:
                open_parts = await turns.open_parts(tx, [turn_id])
            at = now()
            next_id = await store_end(
                tx,
                turn.failed(at=at, usage=usage, error_code=error.code),
                last_parts=[*finished_parts(open_parts, at=at), error],
                keep_events=self._settings.max_session_events,
            )
        await self._start_next(next_id)

    async def wants_title(self, session_id: str) -> bool:
        """Whether a model should suggest a title for the session."""
        async with self._db.read() as tx:
            session = await sessions.get(tx, session_id)
        return session is not None and session.wants_title

    async def suggest_title(self, session_id: str, title: str) -> None:
        """Give the session a title from a model, unless a person has chosen one."""
        async with self._db.write() as tx:
            session = await sessions.get(tx, session_id)
            if session is None or not session.accepts_suggested_title:
                return
            at = now()
            await sessions.update(tx, session_id, title=title, title_source=TitleSource.MODEL, updated_at=at)
            data = SessionRenamed(title=title, title_source=TitleSource.MODEL)
            await events.append(tx, session.workspace_id, session_id, [data], at=at)

    async def _start_next(self, turn_id: str | None) -> None:
        if turn_id is not None:
            await self._start(turn_id)

    @asynccontextmanager
    async def _running(self, turn_id: str) -> AsyncGenerator[tuple[Transaction, Turn | None]]:
        """Open a transaction with the turn, or with None when the turn is not running any more."""
        async with self._db.write() as tx:
            turn = await turns.get(tx, turn_id)
            yield tx, turn if turn is not None and turn.status == TurnStatus.RUNNING else None


async def _store_resumed(tx: Transaction, turn: Turn) -> Turn:
    at = now()
    resumed = turn.resumed(at=at)
    await turns.save(tx, resumed)
    await events.append(tx, turn.workspace_id, turn.session_id, [started_event(resumed)], at=at, turn_id=turn.id)
    return resumed
