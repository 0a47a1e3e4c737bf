"""Where running turns write: the services' side of `agents.run.ports.TurnRecorder`.

Every method is one transaction and does nothing once the turn has ended, so a committed stop fences the writer.
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
from chat_app.domain.parts import ErrorPart, Part
from chat_app.domain.sessions import TitleSource, Visibility
from chat_app.domain.turns import Delay, Turn, TurnStatus, Usage
from chat_app.services.runtime import now
from chat_app.services.secrets.provider_keys import stored_key_lookup
from chat_app.services.secrets.vault import Vault
from chat_app.services.turns.lifecycle import end_turn, parts_of_open, settle_parts, started
from chat_app.settings.application import Settings


class DatabaseTurnRecorder:
    """Implements `agents.run.ports.TurnRecorder` on the database.

    Args:
        settings: For its limits.
        db: The database.
        live: The running turns' open text.
        vault: Opens the keys of workspaces.
        start: Starts a turn that was claimed; called after the commit.
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
        """Return the input of a turn that is to run, marking a resumed one as such."""
        # Under the write lock, so that a stop comes before all of this or finds the live side that it has to interrupt.
        async with self._db.write() as tx:
            found = await turns.get(tx, turn_id)
            if found is None or found[0].status != TurnStatus.RUNNING:
                return None
            turn, workspace_id = found
            if resumed:
                turn = await _resume(tx, workspace_id, turn)
            question = await messages.get(tx, turn.user_message_id)
            if question is None:
                return None
            history = await messages.answered_before(
                tx, turn.session_id, message_id=turn.user_message_id, limit=self._settings.max_history_messages
            )
            agent = await turns.agent_of(tx, turn_id)
            session = await sessions.get(tx, turn.session_id)
            seen = await turns.open_parts(tx, [turn_id]) if resumed else []
            wanted = key_names_for(agent, turn.model)
            sealed: Mapping[str, str] = await keys.sealed_of(tx, workspace_id) if wanted else {}
            live = self._live.begin(
                turn.session_id,
                workspace_id=workspace_id,
                turn_id=turn_id,
                message_id=turn.assistant_message_id,
                open_parts=seen,
            )
        several = session is not None and session.visibility == Visibility.GROUP
        return TurnInput(
            turn=turn,
            agent=agent,
            live=live,
            history=history,
            question=question,
            several_people=several,
            stored_key=stored_key_lookup(self._vault, workspace_id, sealed),
        )

    async def settle(self, turn_id: str, parts: Sequence[Part]) -> bool:
        """Keep parts for good; False when the turn has ended meanwhile."""
        async with self._running(turn_id) as (tx, turn, workspace_id):
            if turn is None:
                return False
            await settle_parts(tx, workspace_id, turn, parts)
        live = self._live.get(turn_id)
        if live is not None:
            live.settle([part.id for part in parts])
        return True

    async def restart_step(self, turn_id: str, *, step: int, attempt: int) -> None:
        """Say that a model call is asked again, and drop its stored open text."""
        async with self._running(turn_id) as (tx, turn, workspace_id):
            if turn is None:
                return
            stored = await turns.open_parts(tx, [turn_id])
            await turns.drop_open_parts(tx, turn_id, part_ids=[part.id for part in stored])
            data = StepRestarted(message_id=turn.assistant_message_id, step=step, attempt=attempt)
            await events.append(tx, workspace_id, turn.session_id, [data], at=now(), turn_id=turn_id)

    async def delay(self, turn_id: str, delay: Delay | None) -> None:
        """Say why the turn waits, or that it goes on."""
        async with self._running(turn_id) as (tx, turn, workspace_id):
            if turn is None:
                return
            await turns.save(tx, turn.model_copy(update={"delay": delay}))
            await events.append(
                tx, workspace_id, turn.session_id, [TurnDelayed(delay=delay)], at=now(), turn_id=turn_id
            )

    async def complete(self, turn_id: str, *, usage: Usage) -> None:
        """End the turn well."""
        await self._end(turn_id, {"status": TurnStatus.COMPLETED, "usage": usage}, error=None)

    async def fail(self, turn_id: str, error: ErrorPart, *, usage: Usage) -> None:
        """End the turn with an error; open text stays as what was seen."""
        update = {"status": TurnStatus.FAILED, "usage": usage, "error_code": error.code}
        await self._end(turn_id, update, error=error)

    async def wants_title(self, session_id: str) -> bool:
        """Whether the session still has no better title than its first words."""
        async with self._db.read() as tx:
            session = await sessions.get(tx, session_id)
        return session is not None and session.title_source in (TitleSource.NONE, TitleSource.WORDS)

    async def suggest_title(self, session_id: str, title: str) -> None:
        """Give the session a title unless a person has."""
        async with self._db.write() as tx:
            session = await sessions.get(tx, session_id)
            if session is None or session.title_source == TitleSource.PERSON:
                return
            at = now()
            await sessions.change(tx, session_id, title=title, title_source=TitleSource.MODEL, updated_at=at)
            data = SessionRenamed(title=title, title_source=TitleSource.MODEL)
            await events.append(tx, session.workspace_id, session_id, [data], at=at)

    async def _end(self, turn_id: str, update: Mapping[str, object], *, error: ErrorPart | None) -> None:
        live = self._live.get(turn_id)
        seen = live.close() if live is not None else None
        async with self._running(turn_id) as (tx, turn, workspace_id):
            if turn is None:
                return
            last_parts: list[Part] = []
            if error is not None:
                # What was seen of an answer that broke off stays; a whole one has settled from what it returned.
                open_parts = await turns.open_parts(tx, [turn_id]) if seen is None else seen
                last_parts = [*parts_of_open(open_parts), error]
            following = await end_turn(
                tx,
                workspace_id,
                turn.model_copy(update=update),
                last_parts=last_parts,
                keep_events=self._settings.max_session_events,
            )
        if following is not None:
            await self._start(following)

    @asynccontextmanager
    async def _running(self, turn_id: str) -> AsyncGenerator[tuple[Transaction, Turn | None, str]]:
        """Open a transaction with the turn if it is still running."""
        async with self._db.write() as tx:
            found = await turns.get(tx, turn_id)
            if found is None or found[0].status != TurnStatus.RUNNING:
                yield tx, None, ""
            else:
                yield tx, *found


async def _resume(tx: Transaction, workspace_id: str, turn: Turn) -> Turn:
    at = now()
    update = {"attempt": turn.attempt + 1, "resumed_at": at, "delay": None}
    resumed = turn.model_copy(update=update)
    await turns.save(tx, resumed)
    await events.append(tx, workspace_id, turn.session_id, [started(resumed)], at=at, turn_id=turn.id)
    return resumed
